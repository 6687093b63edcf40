namespace PushApp.Bench.Load;

/// <summary>Where one connection stands in its HTTP response, its stream or WebSocket, and its sequence. Its unfinished line or message lies in the generator's slab.</summary>
internal struct LoadConnection
{
    public int Descriptor;
    public Stage Stage;

    /// <summary>Bytes of this chunk, or frame, still to come; while the size line is read, its value so far.</summary>
    public long ChunkLeft;

    /// <summary>Bytes of an unfinished head or line.</summary>
    public int CarryLength;

    /// <summary>A WebSocket's frame being read: FIN and opcode.</summary>
    public byte FrameHead;

    /// <summary>Bytes of an unfinished WebSocket message, its frames so far together.</summary>
    public int MessageLength;

    /// <summary>Where the data of the frame being read begins among them.</summary>
    public int FrameStart;

    /// <summary>Set by the <c>event:</c> line of the event being read.</summary>
    public EventKind Kind;

    public bool HasData;

    /// <summary>The sequence in the <c>data:</c> line being read; -1 when the data is not what was sent.</summary>
    public long Sequence;

    /// <summary>The sequence that must come next.</summary>
    public long Next;
}

/// <summary>Where the response is (<see href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112 §7.1</see>, or its WebSocket <see href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455 §5.2</see>).</summary>
internal enum Stage : byte
{
    Head,
    ChunkSize,
    ChunkData,
    ChunkEnd,
    FrameHead,
    FrameData,
    Ended,
}

/// <summary>What an event is to the generator.</summary>
internal enum EventKind : byte
{
    Other,
    Measured,
    Reset,
}
