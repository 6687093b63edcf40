namespace PushApp.Push;

/// <summary>Reads channels' logs. Thread-safe; a singleton.</summary>
public interface IChannelHistory
{
    /// <summary>Reads a channel's log, oldest first.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="after">Only what came after this position; null for the newest <paramref name="limit"/> events.</param>
    /// <param name="limit">At most so many events. 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops waiting for the broker.</param>
    /// <exception cref="BrokerUnavailableException">The broker did not answer in time.</exception>
    ValueTask<HistoryPage> ReadAsync(ChannelName channel, Position? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Reads a channel's log backwards, for whoever pages to its beginning: the newest events before a position, oldest first.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="before">Only what came before this position. Where the log does not hold it (any more), there is nothing before it: no events, and not <see cref="HistoryPage.Recovered"/>.</param>
    /// <param name="limit">At most so many events; fewer, though there are older ones, where some have expired. 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops waiting for the broker.</param>
    /// <exception cref="BrokerUnavailableException">The broker did not answer in time.</exception>
    ValueTask<HistoryPage> ReadBeforeAsync(ChannelName channel, Position before, int limit, CancellationToken cancellationToken = default);
}

/// <summary>A part of a channel's log.</summary>
/// <param name="Head">The log's newest position; <c>default</c>, which is before everything, where nothing was logged lately. Reading leaves nothing at the broker.</param>
/// <param name="Events">The events, oldest first; those whose time to live has passed are left out.</param>
/// <param name="Recovered">
/// False when the position asked for is not (or no longer) in the log: something between is lost, and <paramref name="Events"/> begins at the oldest that is kept.
/// </param>
public sealed record HistoryPage(Position Head, IReadOnlyList<HistoryEvent> Events, bool Recovered);

/// <summary>An event as it stands in the log.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Event">Its name.</param>
/// <param name="Data">Its data, as it was published.</param>
/// <param name="Time">When it was published, by the broker's clock.</param>
public sealed record HistoryEvent(Position Position, string Event, string Data, DateTimeOffset Time);
