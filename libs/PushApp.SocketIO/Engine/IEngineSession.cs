namespace PushApp.SocketIO.Engine;

/// <summary>One Engine.IO session, whatever carries it. Thread-safe.</summary>
internal interface IEngineSession
{
    /// <summary>The session's id: the id of its node, then random characters.</summary>
    string Id { get; }

    /// <summary>The protocol's version: 3 or 4.</summary>
    int Protocol { get; }

    /// <summary><see cref="EngineTransports.Polling"/> or <see cref="EngineTransports.WebSocket"/>; changes once, at the upgrade.</summary>
    string Transport { get; }

    /// <summary>What is known of the request that opened it.</summary>
    EngineHandshake Handshake { get; }

    /// <summary>Whether something sent now leaves now: a poll waits, or nothing is queued before it on the WebSocket.</summary>
    bool IsWritable { get; }

    /// <summary>Bytes of messages that wait for the client.</summary>
    long BufferedBytes { get; }

    /// <summary>From the last ping to its answer; null before the first, and in version 3, where the client pings.</summary>
    TimeSpan? RoundTrip { get; }

    /// <summary>Whether it has ended.</summary>
    bool HasEnded { get; }

    /// <summary>Why it ended; null while it has not.</summary>
    string? CloseReason { get; }

    /// <summary>Cancelled when the session has ended, before <see cref="IEngineListener.OnClose"/>.</summary>
    CancellationToken Closed { get; }

    /// <summary>
    /// Queues messages, in order; those of one call go out uninterrupted. Never waits. False: the session has ended, and nothing was queued. More than
    /// <see cref="EngineOptions.MaxBufferedBytes"/> waiting ends it (<see cref="EngineCloseReasons.SlowConsumer"/>).
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="more">Whether more follows at once: these may then be held back until <see cref="Flush"/>, and leave in one write with what is sent until then. The caller has to call it.</param>
    bool Send(ReadOnlySpan<EngineMessage> messages, bool more = false);

    /// <summary>Sends what is held back.</summary>
    void Flush();

    /// <summary>Reads what sending is about to need; what is returned means nothing.</summary>
    int Preload() => 0;

    /// <summary>Ends it. What is queued still goes out where the client takes it. Without effect on one that has ended.</summary>
    /// <param name="reason">Handed to <see cref="IEngineListener.OnClose"/>.</param>
    void Close(string reason);
}
