using System.Text;
using PushApp.Push.Redis;

namespace PushApp.Push.History;

internal sealed class RedisChannelHistory(RedisChannelLog log, TimeProvider time) : IChannelHistory
{
    public const int MaxLimit = 1000;

    public async ValueTask<HistoryPage> ReadAsync(ChannelName channel, Position? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        var page = await ReadPageAsync(channel, after?.Sequence ?? -1, limit, cancellationToken).ConfigureAwait(false);
        var entries = page.Entries.AsSpan();
        var recovered = true;
        if (after is { } position)
        {
            recovered = position == default ? BeginsWith(page) : LogLinks.TrySkipTo(position, ref entries);
            if (!recovered)
            {
                // Nothing that can be said about what came after an unknown position: give what there is, from the oldest.
                page = await ReadPageAsync(channel, 0, limit, cancellationToken).ConfigureAwait(false);
                entries = page.Entries;
            }
        }

        var events = Read(entries, limit);
        while (events.Count == 0 && after is not null && page.Entries is [.., var last] && last.Position.Sequence < page.Head.Sequence)
        {
            // All of them have expired: whoever pages on by the last event's position would stand still here.
            page = await ReadPageAsync(channel, last.Position.Sequence, limit, cancellationToken).ConfigureAwait(false);
            events = Read(page.Entries.AsSpan() is [var first, .. var rest] && first.Position == last.Position ? rest : page.Entries, limit);
        }

        return new HistoryPage(page.Head, events, recovered);
    }

    public async ValueTask<HistoryPage> ReadBeforeAsync(ChannelName channel, Position before, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        var after = Math.Max(0, before.Sequence - limit - 1);
        var page = await ReadPageAsync(channel, after, limit + 1, cancellationToken).ConfigureAwait(false);

        // The position's own entry has been read too, for its tag.
        var at = Array.FindIndex(page.Entries, entry => entry.Position == before);
        return at < 0
            ? new HistoryPage(page.Head, [], Recovered: false)
            : new HistoryPage(page.Head, Read(page.Entries.AsSpan(Math.Max(0, at - limit), Math.Min(at, limit)), limit), Recovered: true);
    }

    /// <summary>Whether nothing of the log has gone: before everything there was no log, or comes its root, or its first event where newer ones took the root's place.</summary>
    private static bool BeginsWith(LogPage page) => page.Entries is not [var oldest, ..] || oldest.Position.Sequence <= 1;

    private async Task<LogPage> ReadPageAsync(ChannelName channel, long after, int limit, CancellationToken cancellationToken)
    {
        try
        {
            return await log.ReadAsync(channel, after, limit, begin: false).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error))
        {
            throw new BrokerUnavailableException($"The broker did not answer; the history of '{channel}' could not be read. Try again.", error);
        }
    }

    private List<HistoryEvent> Read(ReadOnlySpan<LogEntry> entries, int limit)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var events = new List<HistoryEvent>(entries.Length);
        foreach (var entry in entries)
        {
            if (!entry.IsRoot && (entry.ExpiresMs == 0 || entry.ExpiresMs > now) && events.Count < limit)
            {
                events.Add(new HistoryEvent(entry.Position, entry.Event, Encoding.UTF8.GetString(entry.Data.Span), entry.Time));
            }
        }

        return events;
    }
}
