using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;

namespace PushApp.Push.Presence;

/// <summary>
/// This node's lease: one call renews it for all members in all channels. A node whose lease lapsed (it was frozen, or cut off, or the broker lost its data) comes back under another id and tells again
/// who its members are; what it said under the old one is swept, by whichever node is first. So a sweeper and a node that wakes up never work against each other.
/// </summary>
internal sealed partial class PresenceLease(RedisPresence store, PresenceTable table, PresenceOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    // A sweeper may die half way, too: its dead go to the next.
    private const int ChannelsAtOnce = 16;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TimeSpan _interval = options.Lease / 3;
    private readonly OutageLog _renewals = new(logger, "renew the presence lease of this node");
    private readonly OutageLog _sweeps = new(logger, "take out the members of nodes that are gone");
    private string _node = NewId();
    private bool _isNew = true;
    private long? _renewedAt;

    // A timestamp; 0 while it is not steady. Another loop reads it.
    private long _steadySince;
    private int _brokerWasLost;

    // Whether its renewals have ever been interrupted, so that those of others may have been, too.
    private volatile bool _isInterrupted;
    private Task _sweeping = Task.CompletedTask;

    /// <summary>Who this node is, as long as its lease holds.</summary>
    public string Node { get => Volatile.Read(ref _node); private set => Volatile.Write(ref _node, value); }

    /// <summary>
    /// Whether this node has renewed its lease for so long without interruption that whoever has not by now is dead. After an outage of the broker all leases look lapsed, and each node comes back in its
    /// own time.
    /// </summary>
    public bool MaySweep => Volatile.Read(ref _brokerWasLost) == 0 && Volatile.Read(ref _steadySince) is not 0 and var since
        && time.GetElapsedTime(since) >= (_isInterrupted ? options.Patience : options.Lease);

    /// <summary>Others could not renew their leases either.</summary>
    public void BrokerWasLost() => Volatile.Write(ref _brokerWasLost, 1);

    /// <summary>Renews until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RenewAsync(stoppingToken).ConfigureAwait(false);
                _renewals.Succeeded();
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                _renewals.Failed(error);
            }

            try
            {
                if (!await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                {
                    // Nothing holds the timer any more: the node was let go of without being stopped.
                    break;
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await _sweeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Renews the lease, or begins another.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string[] lapsed = [];
            var held = false;
            for (var attempt = 0; !held && attempt < 2; attempt++)
            {
                (held, lapsed) = await store.RenewAsync(Node, options.Lease, _isNew, MaySweep).ConfigureAwait(false);
                if (!held)
                {
                    Lapsed(logger, Node);
                    Node = NewId();
                    _isNew = true;
                    Volatile.Write(ref _steadySince, 0);
                    table.TellAll();
                }
            }

            NoteRenewal(held);

            // Looked at again: where this renewal came late (this node stood still, or the broker did), those that seem to have lapsed had no chance to renew either.
            if (held && MaySweep && lapsed.Length > 0 && _sweeping.IsCompleted)
            {
                _sweeping = SweepAsync(lapsed, cancellationToken);
            }
        }
        catch
        {
            _isInterrupted = true;
            Volatile.Write(ref _steadySince, 0);
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The node stops: its members stay for a while, in which their clients come back elsewhere.</summary>
    public async Task RetireAsync(TimeSpan stay)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!_isNew)
            {
                await store.RenewAsync(Node, stay, isNew: false, maySweep: false).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error) || error is ObjectDisposedException)
        {
            // The lease lapses by itself.
            _renewals.Failed(error);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static string NewId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    private void NoteRenewal(bool held)
    {
        var now = time.GetTimestamp();
        var wasLost = Interlocked.Exchange(ref _brokerWasLost, 0) != 0;

        // A renewal that came late may mean that nobody's came.
        var isLate = _renewedAt is not { } last || time.GetElapsedTime(last, now) > _interval * 2;
        if (!held || wasLost || isLate || _steadySince == 0)
        {
            _isInterrupted |= _renewedAt is not null || wasLost;
            Volatile.Write(ref _steadySince, held ? now : 0);
        }

        if (held)
        {
            _isNew = false;
            _renewedAt = now;
        }
    }

    private async Task SweepAsync(string[] nodes, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var node in nodes)
            {
                var channels = await store.ReadChannelsAsync(node).ConfigureAwait(false);
                foreach (var some in channels.Chunk(ChannelsAtOnce))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await Task.WhenAll(some.Select(channel => store.EvictAsync(channel, [node]))).ConfigureAwait(false);
                    await store.SweptAsync(node, some).ConfigureAwait(false);
                }

                // Also one that had no channels.
                await store.SweptAsync(node, []).ConfigureAwait(false);
                Swept(logger, node, channels.Length);
            }

            _sweeps.Succeeded();
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error) || error is ObjectDisposedException or OperationCanceledException)
        {
            // The next renewal names it again, to this node or another.
            _sweeps.Failed(error);
        }
    }

    [LoggerMessage(2, LogLevel.Information, "The presence lease of node {Node} has lapsed or is lost; its members are told anew under another id.", EventName = "PresenceLapsed")]
    private static partial void Lapsed(ILogger logger, string node);

    [LoggerMessage(3, LogLevel.Information, "Node {Node} is gone: its members were taken out of {Channels} channels.", EventName = "PresenceSwept")]
    private static partial void Swept(ILogger logger, string node, int channels);
}
