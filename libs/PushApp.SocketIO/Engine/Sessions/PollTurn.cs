namespace PushApp.SocketIO.Engine.Sessions;

/// <summary>What becomes of a poll.</summary>
internal enum PollTurn
{
    /// <summary>There is something to send.</summary>
    Answer,

    /// <summary>It waits.</summary>
    Wait,

    /// <summary>The session has ended.</summary>
    Unknown,

    /// <summary>Another poll waits; the session has ended by that.</summary>
    Overlap,

    /// <summary>The session is on its WebSocket.</summary>
    WrongTransport,
}
