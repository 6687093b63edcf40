namespace PushApp.Push;

/// <summary>How somebody is there.</summary>
public enum PresenceState
{
    /// <summary>At least one connection is active.</summary>
    Online,

    /// <summary>Connected, but every connection is idle or hidden.</summary>
    Away,

    /// <summary>No connection. Only said of somebody who has left.</summary>
    Offline,
}
