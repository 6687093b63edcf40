namespace PushApp.SocketIO;

/// <summary>What becomes of a client that comes back, as the metric <c>pushapp.socketio.recoveries</c> says it.</summary>
internal static class RecoveryOutcomes
{
    /// <summary>It has everything back.</summary>
    public const string Recovered = "recovered";

    /// <summary>Nothing is kept under its private id: the window is over, or it was disconnected for good.</summary>
    public const string Unknown = "unknown";

    /// <summary>It is another user's.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>Not everything is there: an event is out of the history, a room may not be read any more, too many rooms.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>The broker could not be asked.</summary>
    public const string Unavailable = "unavailable";
}
