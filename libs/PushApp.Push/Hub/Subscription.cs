namespace PushApp.Push.Hub;

/// <summary>One connection's subscription of one channel. Touched by the connection's loop alone.</summary>
internal sealed class Subscription(HubConnection connection, HubChannel channel)
{
    public HubConnection Connection { get; } = connection;

    public HubChannel Channel { get; } = channel;

    public SubscriptionState State { get; set; }

    /// <summary>Where it stands while it is not live; a live one stands where its loop does.</summary>
    public Position Position { get; set; }

    /// <summary>Whether <see cref="Position"/> came from the client's cursor; otherwise it starts where its loop stands.</summary>
    public bool HasPosition { get; set; }

    /// <summary>What the cursor says of this channel; shared between all connections that stand at the same event. Empty before it stands anywhere.</summary>
    public byte[] CursorPart { get; set; } = [];

    /// <summary>Its part in who is in the channel; null where that is not told. Any thread.</summary>
    public IPresenceEntry? Presence { get; init; }

    /// <summary>Where it lies in its loop's list.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Whether a page of the log is being read for it.</summary>
    public bool AwaitsPage { get; set; }

    /// <summary>Whether that page is read anew, not taken from those that were read for others.</summary>
    public bool IsPageFresh { get; set; }
}

internal enum SubscriptionState
{
    /// <summary>The channel has no position on this node yet (the broker is away).</summary>
    Waiting,

    /// <summary>It is being handed what it missed, from ring or log, as fast as its client takes it.</summary>
    Recovering,

    /// <summary>Its client has seen more than this node has; events are skipped until the node has caught up.</summary>
    Ahead,

    /// <summary>It gets every event as it comes.</summary>
    Live,
}
