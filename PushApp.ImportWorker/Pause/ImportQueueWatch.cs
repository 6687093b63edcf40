using Microsoft.Extensions.Options;
using PushApp.Contacts;
using PushApp.Push;
using PushApp.Web.Contacts;
using StackExchange.Redis;

namespace PushApp.ImportWorker.Pause;

/// <summary>
/// Has pages hear of a switch that was set by hand, within <see cref="ImportOptions.PollInterval"/>. A loop of its own, apart from the jobs': it looks while they run, and none of them waits for the broker.
/// </summary>
internal sealed partial class ImportQueueWatch(ImportQueueSwitch queue, IOptions<ImportOptions> options, TimeProvider time, ILogger<ImportQueueWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await queue.TellAsync(stoppingToken);
            }
            catch (Exception error) when (error is RedisException or TimeoutException or BrokerUnavailableException || stoppingToken.IsCancellationRequested)
            {
                // The health check tells that the broker is away, and the next look does what this one did not.
                NotTold(logger, error);
            }

            await Task.Delay(options.Value.PollInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Whether pages know if imports are paused cannot be found out.")]
    private static partial void NotTold(ILogger logger, Exception exception);
}
