using PushApp.Push.Redis;
using PushApp.Web.Contacts;

namespace PushApp.ImportWorker;

/// <summary>Listens for hints that a job is waiting, as soon as there is a broker to listen to. Without one the database, which is the queue, is asked every few seconds: this only hastens it.</summary>
internal sealed class WakeUpListener(RedisImportWakeUp wakeUp, TimeProvider time, ILogger<WakeUpListener> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly OutageLog _outage = new(logger, "listen for new imports");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Connecting blocks the thread that starts it.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await wakeUp.ListenAsync(stoppingToken);
                _outage.Succeeded();
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, the worker goes on.
                _outage.Failed(exception);
            }

            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
