namespace PushApp.Push;

/// <summary>What someone wants to do with a channel.</summary>
public enum ChannelAccess
{
    /// <summary>Receive its events, live or from its log.</summary>
    Subscribe,

    /// <summary>Publish to it.</summary>
    Publish,

    /// <summary>See who is there.</summary>
    Presence,
}
