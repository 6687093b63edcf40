using System.Globalization;

namespace PushApp.Push.Transport;

/// <summary>A chunk of a response's body (<see href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112 §7.1</see>): its size in hexadecimal digits, a line's end, the bytes, a line's end.</summary>
internal static class HttpChunk
{
    /// <summary>What its head takes at most: 8 digits and the line's end.</summary>
    public const int MaxHeadLength = 10;

    public const int TailLength = 2;

    public static ReadOnlySpan<byte> Tail => "\r\n"u8;

    /// <summary>The chunk that ends the body.</summary>
    public static ReadOnlySpan<byte> Last => "0\r\n\r\n"u8;

    /// <summary>Bytes of the head of a chunk of this size.</summary>
    public static int HeadLengthOf(int size) => ((32 - int.LeadingZeroCount(size) + 3) / 4) + TailLength;

    /// <summary>Writes the head of a chunk; the count of its bytes is returned.</summary>
    public static int WriteHead(Span<byte> head, int size)
    {
        size.TryFormat(head, out var digits, "X", CultureInfo.InvariantCulture);
        Tail.CopyTo(head[digits..]);
        return digits + TailLength;
    }
}
