using StackExchange.Redis;

namespace PushApp.Push.Redis.Subscribing;

/// <summary>What is listened to at the broker. It renews itself when the broker comes back.</summary>
internal sealed class BrokerSubscription(RedisChannel channel, Func<CommandFlags, Task> unsubscribe)
{
    /// <summary>The channel, as it is subscribed to.</summary>
    public RedisChannel Channel { get; } = channel;

    /// <summary>Ends it. Messages that are on their way may still come.</summary>
    /// <param name="flags">Whether to wait until the broker has answered.</param>
    public Task UnsubscribeAsync(CommandFlags flags = CommandFlags.None) => unsubscribe(flags);
}
