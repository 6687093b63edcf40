namespace PushApp.Push;

/// <summary>
/// Who is where, over all nodes. Somebody counts once in a channel, with any number of connections on any number of nodes: <c>push.presence.join</c> is published to the channel with the first,
/// <c>push.presence.leave</c> after the last, <c>push.presence.state</c> in between (docs/presence.md). Thread-safe; a singleton. Costs nothing until it is first used.
/// </summary>
public interface IPresence
{
    /// <summary>Adds a connection. It is there for others when this is done, or, where the broker does not answer within 2 seconds, as soon as the broker is back.</summary>
    /// <param name="channel">The channel. Nobody is asked for permission: that is the caller's.</param>
    /// <param name="userName">Who. Compared without case, as channels of users are.</param>
    /// <param name="state"><see cref="PresenceState.Online"/> or <see cref="PresenceState.Away"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; what was added is then let go of.</param>
    /// <exception cref="ArgumentException">The name is empty or too long, or nobody can come in this state.</exception>
    ValueTask<IPresenceEntry> EnterAsync(
        ChannelName channel, string userName, PresenceState state = PresenceState.Online, CancellationToken cancellationToken = default);

    /// <summary>Who is in a channel now, ordered by name.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    ValueTask<IReadOnlyList<PresenceMember>> ListAsync(ChannelName channel, CancellationToken cancellationToken = default);

    /// <summary>Whether somebody is in a channel now, by any connection to any node: one look, however many are there.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="userName">Who. Compared without case.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    ValueTask<bool> IsInAsync(ChannelName channel, string userName, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows a channel. What was lost between this process and the broker is found and made up for; after a loss of the broker's data nobody is said to have left before one lease is over,
    /// so that the nodes can tell again who is there.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="onChange">Told of each change, one after the other: somebody came (no state before), changed, or left (<see cref="PresenceState.Offline"/>). Must neither block nor throw.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The view, filled; where the broker does not answer within 2 seconds, empty until it does.</returns>
    ValueTask<IPresenceView> WatchAsync(ChannelName channel, Action<PresenceMember> onChange, CancellationToken cancellationToken = default);
}
