using PushApp.Contacts;
using PushApp.Web.Contacts;
using StackExchange.Redis;

namespace PushApp.ImportWorker.Pause;

/// <summary>Has this worker obey the switch for all of them; one that starts meanwhile is paused too.</summary>
internal sealed partial class RedisImportPause(ImportQueueSwitch queue, IImportWakeUp wakeUp, ILogger<RedisImportPause> logger) : IImportPause
{
    private volatile bool _isPaused;

    public async Task<bool> IsPausedAsync(CancellationToken cancellationToken)
    {
        // Without the broker what was said last holds, and no job waits for it to come back.
        try
        {
            if (await queue.IsPausedAsync(cancellationToken) is { } isPaused && isPaused != _isPaused)
            {
                _isPaused = isPaused;
                Said(logger, isPaused ? "paused: jobs wait" : "resumed");
            }
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            NotKnown(logger, _isPaused, error);
        }

        return _isPaused;
    }

    /// <exception cref="RedisException">The broker does not answer.</exception>
    public async Task SetAsync(bool isPaused, CancellationToken cancellationToken)
    {
        await queue.SetAsync(isPaused, cancellationToken);
        if (!isPaused)
        {
            wakeUp.Send();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Imports are {State}.")]
    private static partial void Said(ILogger logger, string state);

    [LoggerMessage(2, LogLevel.Debug, "The broker does not say whether imports are paused; taken for {IsPaused}, as before.")]
    private static partial void NotKnown(ILogger logger, bool isPaused, Exception exception);
}
