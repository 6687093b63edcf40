using PushApp.Web.Contacts;

namespace PushApp.ImportWorker;

/// <summary>Listens for hints that a job is waiting, as soon as there is a broker to listen to.</summary>
internal sealed partial class WakeUpListener(RedisImportWakeUp wakeUp, TimeProvider time, ILogger<WakeUpListener> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Connecting blocks the thread that starts it.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await wakeUp.ListenAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is (a time-out is no RedisException), the worker goes on: the database is the queue, this only hastens it.
                NotListening(logger, RetryDelay, exception);
            }

            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Not listening for new imports; next attempt in {Delay}. Until then the database is asked every few seconds.")]
    private static partial void NotListening(ILogger logger, TimeSpan delay, Exception exception);
}
