using System.Buffers.Text;
using System.Text;

namespace PushApp.Bench.Load;

/// <summary>
/// The data of the events: ten digits of sequence, then filler that depends on its place, so that a client can tell a lost, doubled, reordered, cut or
/// mixed-up event by the data alone. The floor's C source writes the same.
/// </summary>
internal static class Payload
{
    public const int SequenceDigits = 10;
    public const int MinSize = SequenceDigits + 2;
    public const int MaxSize = 64 * 1024;

    /// <summary>The event's name, on every server.</summary>
    public const string EventName = "tick";

    public static string Create(long sequence, int size) => string.Create(size, sequence, static (text, value) =>
    {
        for (var i = SequenceDigits - 1; i >= 0; i--)
        {
            text[i] = (char)('0' + (value % 10));
            value /= 10;
        }

        for (var i = SequenceDigits; i < text.Length; i++)
        {
            text[i] = (char)('a' + (i % 26));
        }
    });

    /// <summary>What follows the sequence.</summary>
    public static byte[] Filler(int size) => Encoding.ASCII.GetBytes(Create(0, size))[SequenceDigits..];

    /// <summary>The sequence, or -1 when the data is not what was sent.</summary>
    public static long Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> filler) =>
        data.Length == SequenceDigits + filler.Length
        && data[SequenceDigits..].SequenceEqual(filler)
        && Utf8Parser.TryParse(data[..SequenceDigits], out long sequence, out var consumed)
        && consumed == SequenceDigits
            ? sequence
            : -1;
}
