using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PushApp.Contacts;

/// <summary>Takes jobs and runs them, several at a time.</summary>
internal sealed class ImportWorker(
    ImportQueue queue, ImportRunner runner, ImportSweeper sweeper, IImportWakeUp wakeUp, IImportPause pause, IOptions<ImportOptions> options, ILogger<ImportWorker> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Concurrency).Select(_ => Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (!await pause.IsPausedAsync(stoppingToken).ConfigureAwait(false) && await queue.ClaimAsync(stoppingToken).ConfigureAwait(false) is { } job)
                {
                    // One hint may stand for several jobs: the next loop looks too.
                    wakeUp.WakeLocally();
                    await runner.RunAsync(job, stoppingToken).ConfigureAwait(false);
                    await sweeper.SweepAsync(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The database is away; a job that was running is taken again when its lease ends.
                ImportWorkerLog.Failed(logger, options.Value.PollInterval, exception);
            }

            await wakeUp.WaitAsync(options.Value.PollInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

internal static partial class ImportWorkerLog
{
    [LoggerMessage(1, LogLevel.Error, "No import could be taken or run; next look in {Delay}.")]
    public static partial void Failed(ILogger logger, TimeSpan delay, Exception exception);
}
