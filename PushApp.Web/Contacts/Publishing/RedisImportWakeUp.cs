using PushApp.Contacts;
using StackExchange.Redis;

namespace PushApp.Web.Contacts;

/// <summary>Wakes workers in other processes by a Redis message. Compiled into the worker too, which listens.</summary>
internal sealed partial class RedisImportWakeUp(IServiceProvider services, TimeProvider time, ILogger<RedisImportWakeUp> logger) : LocalImportWakeUp(time)
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("pushapp:imports");

    public override void Send()
    {
        WakeLocally();
        _ = SendAsync();
    }

    /// <summary>Wakes this process whenever another sends. Returns when Redis has confirmed.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        if (Connection is { } connection)
        {
            // The multiplexer subscribes again after a broken connection.
            await connection.GetSubscriber().SubscribeAsync(Channel, (_, _) => WakeLocally()).WaitAsync(cancellationToken);
        }
    }

    // Asked for when it is needed: connecting may take a while, and starting must not wait for it.
    private IConnectionMultiplexer? Connection => services.GetService<IConnectionMultiplexer>();

    private async Task SendAsync()
    {
        try
        {
            // Not on the caller's thread: the first use connects.
            await Task.Run(() => Connection?.GetSubscriber().PublishAsync(Channel, "") ?? Task.FromResult(0L));
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or InvalidOperationException)
        {
            // Without a broker, without one configured, or at the very end of this process.
            NotSent(logger, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "The workers could not be woken; they look for jobs by themselves every few seconds.")]
    private static partial void NotSent(ILogger logger, Exception exception);
}
