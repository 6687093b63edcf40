using PushApp.Push;
using StackExchange.Redis;

namespace PushApp.Web.Contacts;

/// <summary>
/// One switch for all workers, in the broker: a key that exists while they are paused. It outlives them. Pages are told by <c>import.queue</c> (docs/events.md). Compiled into the worker too, which obeys it.
/// </summary>
internal sealed class ImportQueueSwitch(IServiceProvider services, IPushPublisher publisher)
{
    private const string EventName = "import.queue";

    private static readonly RedisKey Key = "pushapp:imports:paused";

    /// <summary>Null while the broker cannot be reached.</summary>
    /// <exception cref="RedisException">The broker does not answer.</exception>
    public async Task<bool?> IsPausedAsync(CancellationToken cancellationToken)
    {
        // Not on this thread: the first use connects.
        var connection = await Task.Run(services.GetRequiredService<IConnectionMultiplexer>, cancellationToken);
        return connection.IsConnected ? await connection.GetDatabase().KeyExistsAsync(Key).WaitAsync(cancellationToken) : null;
    }

    /// <summary>Sets it, and tells the pages. Repeating it does no harm.</summary>
    /// <exception cref="RedisException">The broker does not answer.</exception>
    /// <exception cref="BrokerUnavailableException">It is set, and whether the pages were told is not known.</exception>
    public async Task SetAsync(bool isPaused, CancellationToken cancellationToken)
    {
        var database = services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await (isPaused ? database.StringSetAsync(Key, "1") : database.KeyDeleteAsync(Key));
        await publisher.PublishAsync(ChannelName.Broadcast, EventName, new { paused = isPaused }, cancellationToken: cancellationToken);
    }
}
