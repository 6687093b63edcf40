using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>
/// Publishes the outbox from one process at a time, each channel's rows in the order of their ids. Takes unsent rows, never "those after the last": a smaller id may commit later.
/// A channel that cannot be published to, as its server is away, holds up no other's. A row is removed after the broker has acknowledged it; whoever dies between leaves it to be published again under the same key, which the broker's log recognises.
/// </summary>
internal sealed class OutboxRelay(
    IDbContextFactory<ContactsDbContext> contexts,
    IContactsPublisher publisher,
    WakeUpSignal signal,
    IOptions<OutboxOptions> options,
    TimeProvider time,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int BatchSize = 100;

    // So many channels' publishes may wait for their servers while those of others go out.
    private const int ChannelsAtOnce = 8;

    private static readonly TimeSpan ContendedDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    private readonly OutboxLease _lease = new(contexts, time, options.Value.Lease);
    private int _failures;
    private Type? _failed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan? wait;
            try
            {
                wait = await RelayAsync(stoppingToken).ConfigureAwait(false);
                if (wait is null && _failures > 0)
                {
                    (_failures, _failed) = (0, null);
                    OutboxRelayLog.Resumed(logger);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                wait = Fail(exception);
            }

            await signal.WaitAsync(wait ?? options.Value.PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells of a failure: the broker or the database is away. Nothing is lost, as the rows stay.</summary>
    /// <returns>How long to wait before the next attempt.</returns>
    private TimeSpan Fail(Exception exception)
    {
        _failures++;
        var delay = TimeSpan.FromMilliseconds(Math.Min(MaxDelay.TotalMilliseconds, 100 * Math.Pow(2, _failures)) * (0.5 + (Random.Shared.NextDouble() / 2)));

        // Once for each kind of failure, and not at each attempt of a long outage.
        var isNew = exception.GetType() != _failed;
        _failed = exception.GetType();
        switch (exception)
        {
            case PublisherAwayException when isNew:
                OutboxRelayLog.Away(logger, exception.Message);
                break;
            case PublisherAwayException:
                OutboxRelayLog.StillAway(logger, exception.Message);
                break;
            case var _ when isNew:
                OutboxRelayLog.Failed(logger, delay, exception);
                break;
        }

        return delay;
    }

    /// <summary>Relays until nothing is left, or only what is for channels that cannot be published to for now.</summary>
    /// <returns>How long to wait before what is left is tried again; null where nothing is.</returns>
    private async Task<TimeSpan?> RelayAsync(CancellationToken cancellationToken)
    {
        var round = new Round();
        var messages = await ReadAsync(round, cancellationToken).ConfigureAwait(false);
        if (messages.Count == 0)
        {
            return null;
        }

        if (!await _lease.TryHoldAsync(cancellationToken).ConfigureAwait(false))
        {
            // That another is at it says nothing of the broker.
            return ContendedDelay;
        }

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keeping = KeepLeaseAsync(lost);
        try
        {
            // Read again: what was read before the lease was held may have been sent by its last holder.
            messages = await ReadAsync(round, lost.Token).ConfigureAwait(false);
            while (messages.Count > 0)
            {
                var sent = new ConcurrentBag<long>();
                try
                {
                    await Parallel.ForEachAsync(
                        messages.GroupBy(message => message.Channel),
                        new ParallelOptions { MaxDegreeOfParallelism = ChannelsAtOnce, CancellationToken = lost.Token },
                        (channel, cancelled) => PublishAsync(channel, sent, round, cancelled)).ConfigureAwait(false);
                }
                finally
                {
                    // Also when the lease was lost: what was sent need not be sent again.
                    await _lease.RemoveAsync([.. sent], release: false, CancellationToken.None).ConfigureAwait(false);
                }

                messages = await ReadAsync(round, lost.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await lost.CancelAsync().ConfigureAwait(false);
            await keeping.ConfigureAwait(false);
            await _lease.RemoveAsync([], release: true, CancellationToken.None).ConfigureAwait(false);
        }

        // What was committed between the last look and the release may have met a held lease.
        return round.RetryAfter ?? ((await ReadAsync(round, cancellationToken).ConfigureAwait(false)).Count == 0 ? null : ContendedDelay);
    }

    /// <summary>Publishes one channel's rows in order, up to the first that cannot be for now.</summary>
    private async ValueTask PublishAsync(IEnumerable<OutboxMessage> messages, ConcurrentBag<long> sent, Round round, CancellationToken cancellationToken)
    {
        foreach (var message in messages)
        {
            try
            {
                if (await TryPublishAsync(message, cancellationToken).ConfigureAwait(false))
                {
                    sent.Add(message.Id);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Told once in a round, or each channel of a broker that is away would be.
                if (round.Waits(message.Channel))
                {
                    round.RetryAfter = Fail(exception);
                }

                return;
            }
        }
    }

    private async Task<List<OutboxMessage>> ReadAsync(Round round, CancellationToken cancellationToken)
    {
        var waiting = round.Waiting;
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await context.Outbox.AsNoTracking()
            .Where(message => message.RefusedBecause == null && !waiting.Contains(message.Channel))
            .OrderBy(message => message.Id).Take(BatchSize)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False when it can never be published, which is noted.</returns>
    private async Task<bool> TryPublishAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        using var activity = ContactsTelemetry.StartContinuation("relay outbox", ActivityKind.Internal, message.TraceParent, message.CreatedAt);
        try
        {
            await publisher.PublishAsync(new ContactsEvent(message.Key, message.Channel, message.EventName, message.Data), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (EventRefusedException exception)
        {
            OutboxRelayLog.Refused(logger, message.EventName, message.Channel, message.Key, exception);
            await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
            await context.Outbox.Where(row => row.Id == message.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.RefusedBecause, exception.Message), cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    private async Task KeepLeaseAsync(CancellationTokenSource lost)
    {
        using var timer = new PeriodicTimer(options.Value.Lease / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(lost.Token).ConfigureAwait(false))
            {
                if (!await _lease.TryHoldAsync(lost.Token).ConfigureAwait(false))
                {
                    await lost.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // Done, or lost.
        }
        catch (Exception exception)
        {
            // Without a renewal the lease runs out; the next round finds out why.
            OutboxRelayLog.LeaseNotRenewed(logger, exception);
            await lost.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One pass over the outbox, after which everything has been published or tried.</summary>
    private sealed class Round
    {
        private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal);
        private int _isTold;

        /// <summary>The channels whose rows have to wait for the next round.</summary>
        public string[] Waiting => [.. _waiting.Keys];

        public TimeSpan? RetryAfter { get; set; }

        /// <summary>A channel's rows have to wait. Whether it is the first.</summary>
        public bool Waits(string channel)
        {
            _waiting.TryAdd(channel, true);
            return Interlocked.Exchange(ref _isTold, 1) == 0;
        }
    }
}
