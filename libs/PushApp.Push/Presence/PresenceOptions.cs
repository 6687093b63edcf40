namespace PushApp.Push;

/// <summary>Who is there; section <c>Push:Presence</c>. See docs/presence.md.</summary>
public sealed class PresenceOptions
{
    /// <summary>
    /// How long the members of a node that died stay; each node renews its lease three times as often, by one call. The same on all nodes. 1 s to 5 min. <value>Default 10 s.</value>
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long others may take to be heard of again after an outage of the broker: a lease, and never less than it takes a node to connect again and to tell who is there, which back off to 2 s each.
    /// </summary>
    internal TimeSpan Patience => Lease > LongestReturn ? Lease : LongestReturn;

    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(5);

    /// <summary>How long somebody stays after their last connection has ended, so that who comes back at once never left. 0 to 5 min. <value>Default 5 s.</value></summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Channels in which a signed-in user is present as long as they have an open subscription (a stream of Server-Sent Events, a Socket.IO room): names, or prefixes of names that end in <c>*</c>,
    /// as in <c>room:*</c>. Other channels have those whom <see cref="IPresence.EnterAsync"/> brings. <value>Default empty.</value>
    /// </summary>
    public IList<string> Channels { get; set; } = [];
}
