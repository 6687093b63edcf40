namespace PushApp.Bench.Load;

/// <summary>What a server's text messages mean over a WebSocket.</summary>
internal abstract class SocketDialect
{
    /// <summary>Path and query that open the WebSocket.</summary>
    public abstract string Path { get; }

    /// <summary>What the client sends first; nothing where the server begins. At most 125 bytes, as every answer.</summary>
    public virtual ReadOnlySpan<byte> Greeting => default;

    /// <summary>Bytes of the first message in a frame's text, which may hold several.</summary>
    public virtual int FirstLength(ReadOnlySpan<byte> text) => text.Length;

    /// <summary>Reads a message.</summary>
    /// <param name="message">The whole of it.</param>
    /// <param name="filler">What follows the sequence in an event's data.</param>
    /// <param name="sequence">An event's; -1 where its data is not what was sent.</param>
    /// <param name="answer">What to send back; empty for nothing.</param>
    public abstract SocketMessage Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> filler, out long sequence, out ReadOnlySpan<byte> answer);

    /// <summary>The sequence of a message that is <paramref name="before"/>, the data, <paramref name="after"/>; -1 for any other.</summary>
    protected static long Sequence(ReadOnlySpan<byte> message, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, ReadOnlySpan<byte> filler) =>
        message.Length == before.Length + Payload.SequenceDigits + filler.Length + after.Length && message.EndsWith(after)
            ? Payload.Verify(message[before.Length..^after.Length], filler)
            : -1;
}

/// <summary>What a message is to the generator.</summary>
internal enum SocketMessage
{
    Unexpected,
    Other,
    Opened,
    Event,
}
