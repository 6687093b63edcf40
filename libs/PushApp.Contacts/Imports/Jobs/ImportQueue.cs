using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>The jobs' way through their states. Every step is one statement that says what must still hold, so that of several who try one succeeds.</summary>
internal sealed class ImportQueue(
    IDbContextFactory<ContactsDbContext> contexts, IOptions<ImportOptions> options, WakeUpSignal outbox, ContactsMetrics metrics, TimeProvider time)
{
    /// <summary>Takes the next job: one that waits, or one whose worker has not been heard of for a lease. Null when there is none.</summary>
    public async Task<ImportJob?> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var candidates = await Claimable(context, now).OrderBy(job => job.Number).Select(job => job.Number).Take(16)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var number in candidates)
        {
            try
            {
                if (await TryTakeAsync(context, number, now, cancellationToken).ConfigureAwait(false) is { } job)
                {
                    return job;
                }
            }
            catch (DbException exception) when (DatabaseDialect.Of(context).IsConstraintViolation(exception))
            {
                // Another worker began another job of the same user since the candidates were read: one at a time.
            }
        }

        return null;
    }

    /// <summary>Keeps a job for another lease; false when it is no longer the caller's.</summary>
    public async Task<bool> TryKeepAsync(ImportJob job, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var until = now + options.Value.Lease;
        return await Held(context, job.Number, job.LeaseToken!, now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseUntil, until), cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Puts a job back, to be taken not before a time; for good reason without counting the attempt. False when it is no longer the caller's.</summary>
    public async Task<bool> TryReturnAsync(ImportJob job, DateTimeOffset notBefore, bool countAttempt, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var uncounted = countAttempt ? 0 : 1;
        return await Held(context, job.Number, job.LeaseToken!, now)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.State, ImportState.Queued)
                    .SetProperty(row => row.RowsPerSecond, (long?)null)
                    .SetProperty(row => row.SecondsLeft, (long?)null)
                    .SetProperty(row => row.LeaseToken, (string?)null)
                    .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                    .SetProperty(row => row.Attempts, row => row.Attempts > 0 ? row.Attempts - uncounted : 0)
                    .SetProperty(row => row.NotBefore, notBefore)
                    .SetProperty(row => row.ChangedAt, now),
                cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Ends a job that the caller holds; false when it no longer does.</summary>
    public async Task<bool> TryEndAsync(ImportJob job, ImportState state, string? error, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await TryEndAsync(context, Held(context, job.Number, job.LeaseToken!, time.GetUtcNow()), job.Number, state, error, job.Notice, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Ends a job for its owner, whoever runs it; that worker finds out at its next batch.</summary>
    /// <returns>The import as it ended; null when it had ended before.</returns>
    public async Task<ImportView?> TryCancelAsync(long number, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var open = context.Imports.Where(job =>
            job.Number == number && (job.State == ImportState.Uploading || job.State == ImportState.Queued || job.State == ImportState.Running));
        return await TryEndAsync(context, open, number, ImportState.Cancelled, null, null, cancellationToken).ConfigureAwait(false)
            ? ImportView.Of(await context.Imports.AsNoTracking().SingleAsync(job => job.Number == number, cancellationToken).ConfigureAwait(false))
            : null;
    }

    private Task<ImportJob?> TryTakeAsync(ContactsDbContext context, long number, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid().ToString("N");
        return context.InTransactionAsync(
            async cancelled =>
            {
                if (!await DatabaseDialect.Of(context).TryLockJobAsync(context, number, cancelled).ConfigureAwait(false))
                {
                    return null;
                }

                var until = time.GetUtcNow() + options.Value.Lease;
                var taken = await Claimable(context, now).Where(job => job.Number == number)
                    .ExecuteUpdateAsync(
                        set => set
                            .SetProperty(job => job.State, ImportState.Running)
                            .SetProperty(job => job.LeaseToken, token)
                            .SetProperty(job => job.LeaseUntil, until)
                            .SetProperty(job => job.Attempts, job => job.Attempts + 1)
                            .SetProperty(job => job.RowsPerSecond, (long?)null)
                            .SetProperty(job => job.SecondsLeft, (long?)null)
                            .SetProperty(job => job.StartedAt, job => job.StartedAt ?? now)
                            .SetProperty(job => job.ChangedAt, now),
                        cancelled).ConfigureAwait(false);
                return taken == 1
                    ? await context.Imports.AsNoTracking().SingleAsync(job => job.Number == number, cancelled).ConfigureAwait(false)
                    : null;
            },
            cancelled => context.Imports.AnyAsync(job => job.Number == number && job.LeaseToken == token, cancelled),
            cancellationToken);
    }

    private static IQueryable<ImportJob> Claimable(ContactsDbContext context, DateTimeOffset now) => context.Imports.Where(job =>
        (job.State == ImportState.Running && job.LeaseUntil < now)
        || (job.State == ImportState.Queued && job.NotBefore <= now
            && !context.Imports.Any(other => other.Owner == job.Owner && other.State == ImportState.Running)));

    private static IQueryable<ImportJob> Held(ContactsDbContext context, long number, string token, DateTimeOffset now) => context.Imports.Where(job =>
        job.Number == number && job.State == ImportState.Running && job.LeaseToken == token && job.LeaseUntil > now);

    private async Task<bool> TryEndAsync(
        ContactsDbContext context, IQueryable<ImportJob> condition, long number, ImportState state, string? error, string? notice, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var job = await context.InTransactionAsync(
            async cancelled =>
            {
                var changed = await condition.ExecuteUpdateAsync(
                    set => set
                        .SetProperty(job => job.State, state)
                        .SetProperty(job => job.Error, error)
                        // Of a file without records no batch has stored it.
                        .SetProperty(job => job.Notice, job => notice ?? job.Notice)
                        .SetProperty(job => job.SecondsLeft, (long?)null)
                        .SetProperty(job => job.LeaseToken, (string?)null)
                        .SetProperty(job => job.LeaseUntil, (DateTimeOffset?)null)
                        .SetProperty(job => job.BytesRead, job => state == ImportState.Completed ? job.BytesTotal : job.BytesRead)
                        .SetProperty(job => job.ChangedAt, now)
                        .SetProperty(job => job.EndedAt, now),
                    cancelled).ConfigureAwait(false);
                if (changed == 0)
                {
                    return null;
                }

                // In the same transaction: the job has ended exactly if these will be published, and exactly once.
                var job = await context.Imports.AsNoTracking().SingleAsync(row => row.Number == number, cancelled).ConfigureAwait(false);
                var announcement = ImportAnnouncement.Of(job);
                context.AddEvent(job.Channel, announcement.EventName, ImportView.Of(job).ToJson(), now);
                context.AddNotification(job.Owner, job.Channel, announcement.EventName, announcement.Title, announcement.Text, announcement.Url, now);
                await context.SaveChangesAsync(cancelled).ConfigureAwait(false);
                return job;
            },
            cancelled => context.Imports.AnyAsync(row => row.Number == number && row.State == state && row.EndedAt == now, cancelled),
            cancellationToken).ConfigureAwait(false);
        if (job is null)
        {
            return false;
        }

        outbox.Set();
        metrics.Ended(state, now - job.CreatedAt);
        return true;
    }
}
