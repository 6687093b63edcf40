using PushApp.Push.Sse;

namespace PushApp.Push.Hub;

/// <summary>
/// Writes to one connection. One implementation for each way there is; the hub never knows which. Used by the connection's loop alone.
/// </summary>
internal interface IStreamWriter
{
    /// <summary>Buffers bytes for the next flush; only while no flush is pending.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Sends what was written. True when it has left (or its system buffer took it); false when the client does not keep up, and then the connection's loop is told
    /// (<see cref="LoopItem.Flushed"/>) when it may have taken it, and asks <see cref="TryCompleteFlush"/>.
    /// </summary>
    bool TryFlush();

    /// <summary>Sends an event that many get alike, as <see cref="Write"/> and <see cref="TryFlush"/> would. Only while nothing is written and no flush is pending.</summary>
    bool TrySend(SseFrame frame)
    {
        Write(frame.Event);
        return TryFlush();
    }

    /// <summary>Ends a pending flush; false when it is pending still, and then the loop is told once more. Only while one is.</summary>
    bool TryCompleteFlush();

    /// <summary>Bytes of a pending flush that the system has not taken yet. They count for what may wait for the client, up to half of it.</summary>
    int PendingBytes { get; }

    /// <summary>Whether the client is known to be gone.</summary>
    bool IsClosed { get; }

    /// <summary>Reads what sending is about to need (<see cref="HubConnection.Preload"/>).</summary>
    int Preload() => 0;

    /// <summary>Cuts the connection without waiting for what is unsent.</summary>
    void Abort();

    /// <summary>Its connection has joined, and is about to write its head.</summary>
    void Start()
    {
    }

    /// <summary>Its loop has let go of it, once or more often: ends what nobody else does.</summary>
    void Close()
    {
    }
}
