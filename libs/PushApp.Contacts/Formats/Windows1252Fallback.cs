using System.Text;

namespace PushApp.Contacts;

/// <summary>
/// Reads bytes that are no UTF-8 as Windows-1252, one by one. Old exports are in that encoding and do not say so; text in it is practically never valid
/// UTF-8 by chance, and deciding per byte needs no look at the rest of the file.
/// </summary>
internal sealed class Windows1252Fallback : DecoderFallback
{
    // https://encoding.spec.whatwg.org/index-windows-1252.txt, bytes 0x80 to 0x9F; from 0xA0 on byte and character are equal.
    private const string High =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F" +
        "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    // The decoder hands over up to three bytes of a broken sequence at once.
    public override int MaxCharCount => 4;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

    private sealed class Buffer : DecoderFallbackBuffer
    {
        private byte[] _bytes = [];
        private int _next;

        public override int Remaining => _bytes.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _bytes = bytesUnknown;
            _next = 0;
            return bytesUnknown.Length > 0;
        }

        // NUL means that nothing is left.
        public override char GetNextChar() => _next < _bytes.Length ? Map(_bytes[_next++]) : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
            {
                return false;
            }

            _next--;
            return true;
        }

        public override void Reset()
        {
            _bytes = [];
            _next = 0;
        }

        private static char Map(byte value) => value is >= 0x80 and < 0xA0 ? High[value - 0x80] : (char)value;
    }
}
