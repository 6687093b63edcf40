using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;

namespace PushApp.Push.Presence;

/// <summary>
/// Tells the broker who this node's members are. One loop, so that what is told of a channel is told in order; what could not be told is told again, all of it, until the broker has it.
/// </summary>
internal sealed class PresenceWriter(RedisPresence store, PresenceTable table, PresenceLease lease, TimeProvider time, ILogger logger) : IDisposable
{
    private const int ChannelsAtOnce = 100;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly OutageLog _telling = new(logger, "tell the broker who is there");
    private readonly HashSet<ChannelName> _claimed = [];
    private string _claimedBy = "";
    private string? _before;

    /// <summary>There may be something to tell.</summary>
    public void Signal()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var delay = FirstDelay;
        var upkeep = time.GetTimestamp();
        try
        {
            while (true)
            {
                var grace = table.EndGrace();
                if (time.GetElapsedTime(upkeep) >= RedisPresence.Upkeep)
                {
                    upkeep = time.GetTimestamp();
                    _claimed.Clear();
                    table.TellAll();
                }

                if (await TellPendingAsync(stoppingToken).ConfigureAwait(false))
                {
                    delay = FirstDelay;
                    await WaitAsync(grace, stoppingToken).ConfigureAwait(false);
                }
                else
                {
                    // Up to twice the delay at random, so that nodes do not come back in step.
                    await Task.Delay(delay * (1 + Random.Shared.NextDouble()), time, stoppingToken).ConfigureAwait(false);
                    delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    public void Dispose() => _signal.Dispose();

    private async Task WaitAsync(TimeSpan? atMost, CancellationToken stoppingToken)
    {
        var limit = atMost is { } grace && grace < RedisPresence.Upkeep ? grace : RedisPresence.Upkeep;
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stoppingToken);
        try
        {
            await _signal.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Somebody's grace is over.
        }
    }

    /// <summary>Whether all is told that was to be.</summary>
    private async Task<bool> TellPendingAsync(CancellationToken stoppingToken)
    {
        var pending = table.TakePending();
        var isWhole = true;
        foreach (var some in pending.Chunk(ChannelsAtOnce))
        {
            try
            {
                var node = await ClaimAsync(some, stoppingToken).ConfigureAwait(false);
                var told = await Task.WhenAll(some.Select(channel => TellAsync(node, channel))).ConfigureAwait(false);
                isWhole &= told.All(done => done);
                await UnclaimAsync(node, [.. some.Where((_, index) => told[index])]).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // Whatever it is, it must not end the telling; and the channels must be given back.
                _telling.Failed(error);
                isWhole = false;
                foreach (var channel in some)
                {
                    table.NotTold(channel);
                }

                stoppingToken.ThrowIfCancellationRequested();
            }
        }

        return isWhole;
    }

    /// <summary>Notes the channels as this node's, before it has members there: a node that dies in between leaves nothing that nobody finds.</summary>
    private async Task<string> ClaimAsync(PendingChannel[] channels, CancellationToken stoppingToken)
    {
        while (true)
        {
            var node = lease.Node;
            if (node != _claimedBy)
            {
                _before = _claimedBy;
                _claimedBy = node;
                _claimed.Clear();
            }

            var unclaimed = channels.Select(pending => pending.Channel.Name).Where(name => !_claimed.Contains(name)).ToArray();
            if (unclaimed.Length == 0)
            {
                return node;
            }

            if (await store.ClaimAsync(node, unclaimed).ConfigureAwait(false))
            {
                _claimed.UnionWith(unclaimed);
                return node;
            }

            // Not registered yet, or lapsed: then this gives it another id.
            await lease.RenewAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> TellAsync(string node, PendingChannel pending)
    {
        try
        {
            var others = await store.UpdateAsync(node, pending.Channel.Name, pending.Members, pending.AreAll).ConfigureAwait(false);
            if (others.Length > 0)
            {
                await EvictAsync(pending.Channel.Name, others).ConfigureAwait(false);
            }

            _telling.Succeeded();
            return true;
        }
        catch (Exception error)
        {
            _telling.Failed(error);
            table.NotTold(pending);
            return false;
        }
    }

    /// <summary>
    /// Takes out what this node said under its former id, once it is said under the new one; and what a node said that nobody knows any more: one that was swept while it was frozen, woke up
    /// in the middle of telling, and died.
    /// </summary>
    private async Task EvictAsync(ChannelName channel, string[] others)
    {
        var gone = others.Where(other => other == _before).ToList();
        if (lease.MaySweep)
        {
            gone.AddRange(await store.FindUnknownAsync([.. others.Where(other => other != _before)]).ConfigureAwait(false));
        }

        if (gone.Count > 0)
        {
            await store.EvictAsync(channel, gone).ConfigureAwait(false);
        }
    }

    private async Task UnclaimAsync(string node, PendingChannel[] told)
    {
        var empty = told.Where(table.Told).Select(pending => pending.Channel.Name).ToArray();
        if (empty.Length > 0)
        {
            _claimed.ExceptWith(empty);
            await store.UnclaimAsync(node, empty).ConfigureAwait(false);
        }
    }
}
