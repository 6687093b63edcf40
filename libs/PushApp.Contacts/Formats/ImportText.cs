using System.Text;

namespace PushApp.Contacts;

/// <summary>Decodes address books: UTF-8, UTF-16 by its mark or its zeros, and what is no UTF-8 byte by byte as Windows-1252.</summary>
internal static class ImportText
{
    private static readonly Encoding Utf8OrWindows = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new Windows1252Fallback());

    public static bool IsUtf16(ReadOnlySpan<byte> head) => Detect(head, out _) is UnicodeEncoding;

    /// <summary>Whether a text is in UTF-32: by its mark, or by the three zeros that each character of an address book's first line has.</summary>
    public static bool IsUtf32(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) || head.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
        {
            return true;
        }

        return head.Length >= 8
            && ((head[0] != 0 && head[4] != 0 && head[1..4].IndexOfAnyExcept((byte)0) < 0 && head[5..8].IndexOfAnyExcept((byte)0) < 0)
                || (head[3] != 0 && head[7] != 0 && head[..3].IndexOfAnyExcept((byte)0) < 0 && head[4..7].IndexOfAnyExcept((byte)0) < 0));
    }

    /// <summary>The text of a file's beginning, without its mark and without a character that was cut in two.</summary>
    public static string DecodeHead(ReadOnlySpan<byte> head, bool isWhole)
    {
        var encoding = Detect(head, out var mark);
        var decoder = encoding.GetDecoder();
        var bytes = head[mark..];
        var characters = new char[encoding.GetMaxCharCount(bytes.Length)];
        return new string(characters, 0, decoder.GetChars(bytes, characters, flush: isWhole));
    }

    /// <summary>Reads a whole file. The stream may give as few bytes at a time as it likes.</summary>
    public static TextReader Open(Stream stream)
    {
        var head = new byte[1024];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var encoding = Detect(head.AsSpan(0, length), out var mark);
        Stream whole = new PrefixedStream(head.AsMemory(mark, length - mark), stream);
        if (ReferenceEquals(encoding, Utf8OrWindows) && VCardFormat.Begins(Encoding.Latin1.GetString(head, mark, length - mark)))
        {
            whole = new VCardFoldStream(whole);
        }

        return new StreamReader(
            whole, encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024);
    }

    private static Encoding Detect(ReadOnlySpan<byte> head, out int mark)
    {
        mark = 0;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            mark = 3;
            return Utf8OrWindows;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            mark = 2;
            return Encoding.Unicode;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            mark = 2;
            return Encoding.BigEndianUnicode;
        }

        // Without a mark: the first line of an address book is ASCII, so in UTF-16 every other byte of it is zero.
        var sample = head[..(Math.Min(head.Length, 64) & ~1)];
        if (sample.Length >= 4)
        {
            var (even, odd) = (0, 0);
            for (var i = 0; i < sample.Length; i += 2)
            {
                even += sample[i] == 0 ? 1 : 0;
                odd += sample[i + 1] == 0 ? 1 : 0;
            }

            if (odd == sample.Length / 2 && even == 0)
            {
                return Encoding.Unicode;
            }

            if (even == sample.Length / 2 && odd == 0)
            {
                return Encoding.BigEndianUnicode;
            }
        }

        return Utf8OrWindows;
    }

    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : ForwardStream
    {
        private ReadOnlyMemory<byte> _prefix = prefix;

        public override int Read(Span<byte> buffer)
        {
            if (_prefix.IsEmpty)
            {
                return rest.Read(buffer);
            }

            var count = Math.Min(buffer.Length, _prefix.Length);
            _prefix.Span[..count].CopyTo(buffer);
            _prefix = _prefix[count..];
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
