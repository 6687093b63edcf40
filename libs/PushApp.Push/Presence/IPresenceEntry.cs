namespace PushApp.Push;

/// <summary>One connection's part in somebody's presence. Thread-safe. Dispose of it when the connection ends: it counts for <c>Push:Presence:Grace</c> longer, so that who comes back at once never left.</summary>
public interface IPresenceEntry : IDisposable
{
    /// <summary>The channel.</summary>
    ChannelName Channel { get; }

    /// <summary>Who.</summary>
    string UserName { get; }

    /// <summary>What this connection says: <see cref="PresenceState.Online"/> or <see cref="PresenceState.Away"/>. Told to the others soon after it is set; no effect once it was disposed of.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to another value. To be offline, leave.</exception>
    PresenceState State { get; set; }

    /// <summary>Leaves without grace, as when the user signs out. May also follow <see cref="IDisposable.Dispose"/>.</summary>
    void Leave();
}
