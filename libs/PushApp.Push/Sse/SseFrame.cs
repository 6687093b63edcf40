using System.Buffers;
using PushApp.Push.Transport;

namespace PushApp.Push.Sse;

/// <summary>
/// An event of a channel as Server-Sent Events carry it: made once, whoever gets it. Streams of that channel alone get every byte alike, so that the whole lies here in the chunk of HTTP/1.1
/// that it goes out in; one of several channels takes the fields, and adds the cursor of them all. Immutable.
/// </summary>
internal sealed class SseFrame
{
    private readonly byte[] _chunk;
    private readonly int _start;
    private readonly int _fieldsEnd;

    private SseFrame(byte[] chunk, int start, int fieldsEnd)
    {
        _chunk = chunk;
        _start = start;
        _fieldsEnd = fieldsEnd;
    }

    /// <summary>The event, but for its id and the empty line that ends it.</summary>
    public ReadOnlySpan<byte> Fields => _chunk.AsSpan(_start.._fieldsEnd);

    /// <summary>The whole event, for a stream of its channel alone.</summary>
    public ReadOnlySpan<byte> Event => _chunk.AsSpan(_start..^HttpChunk.TailLength);

    /// <summary>The same, as one chunk.</summary>
    public ReadOnlySpan<byte> Chunk => _chunk;

    /// <param name="fields">The event's fields, each with its line's end.</param>
    /// <param name="cursor">Where a stream of this channel alone stands after it; empty for an event that moves nobody.</param>
    public static SseFrame Of(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> cursor)
    {
        var end = SseFormatter.EndOfEvent.Length;
        var length = fields.Length + (cursor.IsEmpty ? 0 : SseFormatter.Id.Length + cursor.Length + end) + end;
        var start = HttpChunk.HeadLengthOf(length);
        var writer = new ArrayBufferWriter<byte>(start + length + HttpChunk.TailLength);
        HttpChunk.WriteHead(writer.GetSpan(start), length);
        writer.Advance(start);
        writer.Write(fields);
        if (!cursor.IsEmpty)
        {
            writer.Write(SseFormatter.Id);
            writer.Write(cursor);
            writer.Write(SseFormatter.EndOfEvent);
        }

        writer.Write(SseFormatter.EndOfEvent);
        writer.Write(HttpChunk.Tail);
        return new SseFrame(writer.WrittenSpan.ToArray(), start, start + fields.Length);
    }
}
