using PushApp.Contacts;
using StackExchange.Redis;

namespace PushApp.ImportWorker.Pause;

/// <summary>
/// One switch for all workers, in the broker: a key that exists while they are paused. It outlives them, so that one which starts meanwhile is paused too.
/// </summary>
internal sealed partial class RedisImportPause(IServiceProvider services, IImportWakeUp wakeUp, ILogger<RedisImportPause> logger) : IImportPause
{
    private static readonly RedisKey Key = "pushapp:imports:paused";

    private volatile bool _isPaused;

    public async Task<bool> IsPausedAsync(CancellationToken cancellationToken)
    {
        // Without the broker what was said last holds, and no job waits for it to come back.
        try
        {
            // Not on this thread: the first use connects.
            var connection = await Task.Run(services.GetRequiredService<IConnectionMultiplexer>, cancellationToken);
            if (connection.IsConnected && await connection.GetDatabase().KeyExistsAsync(Key).WaitAsync(cancellationToken) is var isPaused && isPaused != _isPaused)
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
    public async Task SetAsync(bool isPaused)
    {
        var database = services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await (isPaused ? database.StringSetAsync(Key, "1") : database.KeyDeleteAsync(Key));
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
