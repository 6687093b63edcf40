using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>
/// Publishes the outbox in the order of its ids, from one process at a time. Takes unsent rows, never "those after the last": a smaller id may commit later.
/// A row is removed after the broker has acknowledged it; whoever dies between leaves it to be published again under the same key, which the broker's log recognises.
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

    private static readonly TimeSpan ContendedDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    private readonly OutboxLease _lease = new(contexts, time, options.Value.Lease);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        Type? failed = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var delay = options.Value.PollInterval;
            try
            {
                if (!await RelayAsync(stoppingToken).ConfigureAwait(false))
                {
                    // That another is at it says nothing of the broker.
                    delay = ContendedDelay;
                }
                else if (failures > 0)
                {
                    (failures, failed) = (0, null);
                    OutboxRelayLog.Resumed(logger);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The broker or the database is away. Nothing is lost: the rows stay.
                failures++;
                delay = TimeSpan.FromMilliseconds(Math.Min(MaxDelay.TotalMilliseconds, 100 * Math.Pow(2, failures)) * (0.5 + (Random.Shared.NextDouble() / 2)));

                // Once for each kind of failure, and not at each attempt of a long outage.
                var isNew = exception.GetType() != failed;
                failed = exception.GetType();
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
            }

            await signal.WaitAsync(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Relays until nothing is left.</summary>
    /// <returns>False when another process is at it.</returns>
    private async Task<bool> RelayAsync(CancellationToken cancellationToken)
    {
        var messages = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (messages.Count == 0)
        {
            return true;
        }

        if (!await _lease.TryHoldAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keeping = KeepLeaseAsync(lost);
        try
        {
            // Read again: what was read before the lease was held may have been sent by its last holder.
            messages = await ReadAsync(lost.Token).ConfigureAwait(false);
            while (messages.Count > 0)
            {
                var sent = new List<long>();
                try
                {
                    foreach (var message in messages)
                    {
                        if (await TryPublishAsync(message, lost.Token).ConfigureAwait(false))
                        {
                            sent.Add(message.Id);
                        }
                    }
                }
                finally
                {
                    // Also when the next one failed: what was sent need not be sent again.
                    await _lease.RemoveAsync(sent, release: false, CancellationToken.None).ConfigureAwait(false);
                }

                messages = await ReadAsync(lost.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await lost.CancelAsync().ConfigureAwait(false);
            await keeping.ConfigureAwait(false);
            await _lease.RemoveAsync([], release: true, CancellationToken.None).ConfigureAwait(false);
        }

        // What was committed between the last look and the release may have met a held lease.
        return (await ReadAsync(cancellationToken).ConfigureAwait(false)).Count == 0;
    }

    private async Task<List<OutboxMessage>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await context.Outbox.AsNoTracking()
            .Where(message => message.RefusedBecause == null)
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
}
