using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>Removes what ended imports no longer need, uploads that nobody finished, and old notifications, in steps so small that no other writer waits for long.</summary>
internal sealed class ImportSweeper(
    IDbContextFactory<ContactsDbContext> contexts, IOptions<ImportOptions> options, TimeProvider time, ILogger<ImportSweeper> logger) : BackgroundService
{
    private const int ChunksAtOnce = 8;
    private const int RowsAtOnce = 5000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(10);

    private DateTimeOffset _nextRetention;

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var abandoned = now - options.Value.UploadTimeout;

        // Whoever is still uploading finds the job gone with the next chunk, and is told so.
        await context.Imports.Where(job => job.State == ImportState.Uploading && job.ChangedAt < abandoned)
            .ExecuteUpdateAsync(set => set.SetProperty(job => job.State, ImportState.Cancelled).SetProperty(job => job.EndedAt, (DateTimeOffset?)null), cancellationToken)
            .ConfigureAwait(false);
        if (now >= _nextRetention)
        {
            await ExpireAsync(context, now, cancellationToken).ConfigureAwait(false);
            await NotificationRetention.ApplyAsync(context, options.Value, now, cancellationToken).ConfigureAwait(false);
            _nextRetention = now + RetentionInterval;
        }

        var ended = await context.Imports.AsNoTracking()
            .Where(job => !job.Swept && (job.State == ImportState.Completed || job.State == ImportState.Failed || job.State == ImportState.Cancelled))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var job in ended)
        {
            await SweepAsync(context, job, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                ImportSweeperLog.Failed(logger, Interval, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>Marks what is too old, or one too many, to be removed by the sweep, which also an interrupted one goes on with.</summary>
    private async Task ExpireAsync(ContactsDbContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ended = context.Imports.Where(job =>
            job.EndedAt != null && (job.State == ImportState.Completed || job.State == ImportState.Failed || job.State == ImportState.Cancelled));
        var oldest = now - options.Value.KeepFor;
        await MarkAsync(ended.Where(job => job.EndedAt < oldest)).ConfigureAwait(false);

        var max = options.Value.MaxKeptPerUser;
        var owners = await ended.GroupBy(job => job.Owner).Where(jobs => jobs.Count() > max).Select(jobs => jobs.Key).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var owner in owners)
        {
            var last = await ended.Where(job => job.Owner == owner).OrderByDescending(job => job.Number).Skip(max).Select(job => job.Number)
                .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            await MarkAsync(ended.Where(job => job.Owner == owner && job.Number <= last)).ConfigureAwait(false);
        }

        Task MarkAsync(IQueryable<ImportJob> jobs) => jobs.ExecuteUpdateAsync(
            set => set.SetProperty(job => job.Swept, false).SetProperty(job => job.EndedAt, (DateTimeOffset?)null), cancellationToken);
    }

    private static async Task SweepAsync(ContactsDbContext context, ImportJob job, CancellationToken cancellationToken)
    {
        var chunks = context.ImportChunks.Where(chunk => chunk.JobNumber == job.Number);
        while (await chunks.MinAsync(chunk => (int?)chunk.Number, cancellationToken).ConfigureAwait(false) is { } first)
        {
            await chunks.Where(chunk => chunk.Number < first + ChunksAtOnce).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        var touches = context.ImportTouches.Where(touch => touch.JobNumber == job.Number);
        while (await touches.OrderBy(touch => touch.ContactId).Skip(RowsAtOnce).Select(touch => (long?)touch.ContactId)
            .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } next)
        {
            await touches.Where(touch => touch.ContactId < next).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        await touches.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        var rows = context.Imports.Where(row => row.Number == job.Number);
        if (job.EndedAt is null)
        {
            // An upload that nobody finished never became an import; or it is too old to be kept.
            var rejected = context.RejectedRows.Where(row => row.JobNumber == job.Number);
            while (await rejected.OrderBy(row => row.Row).Skip(RowsAtOnce).Select(row => (long?)row.Row).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } next)
            {
                await rejected.Where(row => row.Row < next).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            }

            await rejected.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
            await rows.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Swept, true), cancellationToken).ConfigureAwait(false);
        }
    }
}

internal static partial class ImportSweeperLog
{
    [LoggerMessage(1, LogLevel.Warning, "Ended imports could not be swept; next attempt in {Delay}.")]
    public static partial void Failed(ILogger logger, TimeSpan delay, Exception exception);
}
