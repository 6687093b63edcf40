using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>Runs one claimed job to its end, or as far as this worker may.</summary>
internal sealed class ImportRunner(
    ContactsDatabase database,
    ImportQueue queue,
    IContactsPublisher publisher,
    IOptions<ImportOptions> options,
    ContactsMetrics metrics,
    TimeProvider time,
    ILogger<ImportRunner> logger)
{
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMinutes(1);

    public async Task RunAsync(ImportJob job, CancellationToken stoppingToken)
    {
        using var activity = ContactsTelemetry.StartContinuation("import contacts", ActivityKind.Consumer, job.TraceParent, job.CreatedAt);
        activity?.SetTag("pushapp.import.id", job.Id).SetTag("pushapp.import.resumed_at", job.Rows);
        ImportRunnerLog.Started(logger, job.Id, job.Rows, job.Attempts);

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var keeping = KeepAsync(job, lost);
        var progress = new ImportProgress(publisher, options.Value.ProgressInterval, time, lost.Token);
        metrics.Began();
        try
        {
            // A worker that dies counts an attempt too: a file that kills it must not do so for ever.
            if (job.Attempts > options.Value.MaxAttempts)
            {
                await FailAsync(job, "The import broke off several times without getting further. Try it again with a part of the file.", stoppingToken).ConfigureAwait(false);
                return;
            }

            await StoreAsync(job, progress, lost.Token).ConfigureAwait(false);
            if (await queue.TryEndAsync(job, ImportState.Completed, null, lost.Token).ConfigureAwait(false))
            {
                ImportRunnerLog.Completed(logger, job.Id, job.Rows, job.Added, job.Updated, job.Unchanged, job.Rejected);
            }
            else
            {
                throw new LeaseLostException();
            }
        }
        catch (LeaseLostException)
        {
            ImportRunnerLog.Lost(logger, job.Id, job.Rows);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Another worker takes it at once.
            await ReturnAsync(job, time.GetUtcNow(), countAttempt: false, progress).ConfigureAwait(false);
            ImportRunnerLog.Returned(logger, job.Id, job.Rows);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            ImportRunnerLog.Lost(logger, job.Id, job.Rows);
        }
        catch (ContactFileException exception)
        {
            await FailAsync(job, exception.Message, stoppingToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (job.Attempts < options.Value.MaxAttempts)
        {
            var delay = options.Value.RetryDelay * Math.Pow(2, job.Attempts - 1) * (0.75 + (Random.Shared.NextDouble() / 2));
            delay = delay < MaxRetryDelay ? delay : MaxRetryDelay;
            ImportRunnerLog.Retrying(logger, job.Id, job.Attempts, delay, exception);
            await ReturnAsync(job, time.GetUtcNow() + delay, countAttempt: true, progress).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            ImportRunnerLog.GaveUp(logger, job.Id, job.Attempts, exception);
            await FailAsync(job, "The contacts could not be stored, although it was tried several times. Try again later.", stoppingToken).ConfigureAwait(false);
        }
        finally
        {
            await lost.CancelAsync().ConfigureAwait(false);
            await keeping.ConfigureAwait(false);
            metrics.LetGo();
        }
    }

    private async Task FailAsync(ImportJob job, string error, CancellationToken cancellationToken)
    {
        var ended = await queue.TryEndAsync(job, ImportState.Failed, error, cancellationToken).ConfigureAwait(false);
        ImportRunnerLog.Failed(logger, job.Id, ended, error);
    }

    private async Task ReturnAsync(ImportJob job, DateTimeOffset notBefore, bool countAttempt, ImportProgress progress)
    {
        if (await queue.TryReturnAsync(job, notBefore, countAttempt, CancellationToken.None).ConfigureAwait(false))
        {
            await progress.ReportReturnAsync(job).ConfigureAwait(false);
        }
    }

    private async Task StoreAsync(ImportJob job, ImportProgress progress, CancellationToken cancellationToken)
    {
        // SQLite works on the thread that calls it.
        await Task.Yield();
        await using var store = new ImportStore(
            await database.OpenStoreAsync(options.Value.Lease, cancellationToken).ConfigureAwait(false), time, options.Value.MaxRejectedRows);
        var book = await store.GetBookAsync(job.Owner, cancellationToken).ConfigureAwait(false);
        var pace = new ImportPace(time, job.Rows, job.BytesRead);
        progress.Report(job);
        await foreach (var batch in ImportBatchReader.Start(database, job, options.Value.BatchSize, cancellationToken)
            .ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (job.Rejected + batch.Rejected.Count > options.Value.MaxRejectedRows)
            {
                job.AddNotice(FormattableString.Invariant(
                    $"Only the first {options.Value.MaxRejectedRows:N0} rejected rows are kept; correct the cause in the file, and import it again."));
            }

            var started = time.GetTimestamp();
            ImportCounts counts;
            using (var span = ContactsTelemetry.StartBatch(database.Dialect.SystemName))
            {
                counts = await store.StoreAsync(job, book, batch, pace, options.Value.Lease, cancellationToken).ConfigureAwait(false);
                span?.SetTag("pushapp.import.rows", counts.Rows);
            }

            metrics.Batch(counts, time.GetElapsedTime(started));
            job.Rows += counts.Rows;
            job.Added += counts.Added;
            job.Updated += counts.Updated;
            job.Unchanged += counts.Unchanged;
            job.Rejected += counts.Rejected;
            job.BytesRead = batch.BytesRead;
            job.Attempts = 1;
            (job.RowsPerSecond, job.SecondsLeft) = pace.At(job.Rows, job.BytesRead, job.BytesTotal);
            progress.Report(job);
        }
    }

    /// <summary>Renews the job's lease until <paramref name="lost"/> is cancelled, and cancels it when the lease is lost.</summary>
    internal async Task KeepAsync(ImportJob job, CancellationTokenSource lost)
    {
        using var timer = new PeriodicTimer(options.Value.Lease / 3, time);
        while (!lost.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(lost.Token).ConfigureAwait(false);
                if (!await queue.TryKeepAsync(job, lost.Token).ConfigureAwait(false))
                {
                    await lost.CancelAsync().ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (lost.IsCancellationRequested)
            {
                // The job is done, or no longer this worker's.
            }
            catch (Exception exception)
            {
                // The database was away for once. The next tick tries again; whether the lease is lost says the database, here and at each batch.
                ImportRunnerLog.NotKept(logger, job.Id, exception);
            }
        }
    }
}
