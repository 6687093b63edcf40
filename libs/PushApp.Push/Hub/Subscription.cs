namespace PushApp.Push.Hub;

/// <summary>One connection's subscription of one channel. Touched by the connection's loop alone.</summary>
internal sealed class Subscription(HubConnection connection, HubChannel channel)
{
    public HubConnection Connection { get; } = connection;

    public HubChannel Channel { get; } = channel;

    public SubscriptionState State { get; set; }

    // In milliseconds after the connection came, 0 for not yet: four bytes that the object has to spare, and 49 days; what was joined later counts as joined then.
    private uint _heldAfter;

    /// <summary>When its loop began to hand it the channel's events; null before. Any thread.</summary>
    public DateTimeOffset? HeldSince => _heldAfter == 0 ? null : Connection.Since.AddMilliseconds(_heldAfter);

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

    /// <summary>Its loop hands it the channel's events from now on.</summary>
    public void Hold(DateTimeOffset now) => _heldAfter = (uint)Math.Clamp(Math.Ceiling((now - Connection.Since).TotalMilliseconds), 1, uint.MaxValue);
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
