namespace PushApp.Push.Inspection;

/// <summary>
/// Looks into all processes that use these libraries: what they do now, and what became of each recent event. It checks no permission: let nobody but administrators ask. Thread-safe. Every answer is bounded,
/// however many connections there are; what the broker's absence leaves unknown is left out and said.
/// </summary>
public interface IInspector
{
    /// <summary>The processes and their figures; behind them those that stopped in the last ten minutes and said so, with their last ones.</summary>
    /// <param name="withHistory">Whether with those of the last minutes.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<InspectionPage<NodeReport>> GetNodesAsync(bool withHistory, CancellationToken cancellationToken = default);

    /// <summary>Channels that somebody holds, those with the most subscribers first; of each node the first 200 count.</summary>
    /// <param name="search">A part of their name; null for all.</param>
    /// <param name="skip">How many to leave out.</param>
    /// <param name="take">How many to give, 1 to 200.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<InspectionPage<ChannelReport>> GetChannelsAsync(string? search, int skip, int take, CancellationToken cancellationToken = default);

    /// <summary>One channel, over all nodes: no item where nobody holds it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<InspectionPage<ChannelReport>> FindChannelAsync(ChannelName channel, CancellationToken cancellationToken = default);

    /// <summary>Open connections, node by node, the newest of each first.</summary>
    /// <param name="search">A part of the user's name, API key's id, address, transport or a channel, or how the id begins; null for all.</param>
    /// <param name="skip">How many to leave out.</param>
    /// <param name="take">How many to give, 1 to 200.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<InspectionPage<ConnectionReport>> GetConnectionsAsync(string? search, int skip, int take, CancellationToken cancellationToken = default);

    /// <summary>Ends a connection, on whichever node it is. The client is told not to come back by itself.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> DisconnectAsync(Guid connectionId, CancellationToken cancellationToken = default);

    /// <summary>The newest events, newest first.</summary>
    /// <param name="search">A part of the channel's or the event's name, how the id begins, or a trace; null for all.</param>
    /// <param name="ephemeral">Whether with those that have no log.</param>
    /// <param name="take">How many to give, 1 to 200.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<InspectionPage<EventSummary>> GetEventsAsync(string? search, bool ephemeral, int take, CancellationToken cancellationToken = default);

    /// <summary>What became of an event; null where neither a process nor a log knows it.</summary>
    /// <param name="channel">Its channel; null to look for the id in all that the processes remember.</param>
    /// <param name="id">Its id (<see cref="EventSummary.Id"/>): for a logged event its position.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<Journey?> FindJourneyAsync(ChannelName? channel, string id, CancellationToken cancellationToken = default);

    /// <summary>Whether a user got an event, and if not, why.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="journey">What became of the event.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<DeliveryVerdict> ExplainAsync(string user, Journey journey, CancellationToken cancellationToken = default);

    /// <summary>What the nodes know of a user, and whether the newest events of the user's own channel arrived.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="cancellationToken">Ends the waiting for answers.</param>
    Task<UserReport> FindUserAsync(string user, CancellationToken cancellationToken = default);

    /// <summary>A browser has shown an event.</summary>
    void Shown(RecordedShow shown);
}
