using PushApp.Push;
using StackExchange.Redis;

namespace PushApp.Web.Contacts;

/// <summary>
/// One switch for all workers, in the broker: a key that exists while they are paused. It outlives them. Pages are told by <c>import.queue</c> (docs/events.md), also when the key was set or deleted by hand.
/// Compiled into the worker too, which obeys it.
/// </summary>
internal sealed class ImportQueueSwitch(IServiceProvider services, IPushPublisher publisher)
{
    private const string EventName = "import.queue";

    private static readonly RedisKey Key = "pushapp:imports:paused";

    // What pages were told last: a state, and a token of that time.
    private static readonly RedisKey ToldKey = "pushapp:imports:told";

    /// <summary>Null while the broker cannot be reached.</summary>
    /// <exception cref="RedisException">The broker does not answer.</exception>
    public async Task<bool?> IsPausedAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectionAsync(cancellationToken);
        return connection.IsConnected ? await connection.GetDatabase().KeyExistsAsync(Key).WaitAsync(cancellationToken) : null;
    }

    /// <summary>Publishes <c>import.queue</c> if it is not so any more as the pages were told last. Once, however many find it at the same time: all of them publish under the same key.</summary>
    /// <exception cref="RedisException">The broker does not answer.</exception>
    /// <exception cref="BrokerUnavailableException">Whether the pages were told is not known. The next call sees to it.</exception>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectionAsync(cancellationToken);
        while (connection.IsConnected)
        {
            // What was told first: whoever is too slow then publishes again what is in the log already.
            var database = connection.GetDatabase();
            var told = await database.StringGetAsync(ToldKey).WaitAsync(cancellationToken);
            var isPaused = await database.KeyExistsAsync(Key).WaitAsync(cancellationToken);
            var state = isPaused ? "paused" : "resumed";
            if (told.IsNull ? !isPaused : told.ToString().StartsWith(state, StringComparison.Ordinal))
            {
                return;
            }

            var options = new PublishOptions { Publisher = EventName, IdempotencyKey = $"{told} {state}" };
            await publisher.PublishAsync(ChannelName.Broadcast, EventName, new { paused = isPaused }, options, cancellationToken);

            var note = database.CreateTransaction();
            note.AddCondition(told.IsNull ? Condition.KeyNotExists(ToldKey) : Condition.StringEqual(ToldKey, told));
            _ = note.StringSetAsync(ToldKey, $"{state} {Guid.NewGuid():N}", flags: CommandFlags.FireAndForget);
            await note.ExecuteAsync().WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sets it, and tells the pages. Repeating it does no harm.</summary>
    /// <exception cref="RedisException">The broker does not answer.</exception>
    /// <exception cref="BrokerUnavailableException">It is set, and whether the pages were told is not known.</exception>
    public async Task SetAsync(bool isPaused, CancellationToken cancellationToken)
    {
        var database = (await ConnectionAsync(cancellationToken)).GetDatabase();
        await (isPaused ? database.StringSetAsync(Key, "1") : database.KeyDeleteAsync(Key));
        await TellAsync(cancellationToken);
    }

    // Not on this thread: the first use connects.
    private Task<IConnectionMultiplexer> ConnectionAsync(CancellationToken cancellationToken) => Task.Run(services.GetRequiredService<IConnectionMultiplexer>, cancellationToken);
}
