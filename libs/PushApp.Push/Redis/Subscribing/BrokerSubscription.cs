using StackExchange.Redis;

namespace PushApp.Push.Redis.Subscribing;

/// <summary>What is listened to at the broker. It renews itself when the broker comes back.</summary>
internal sealed class BrokerSubscription(RedisChannel channel, Func<Task> unsubscribe)
{
    /// <summary>The channel, as it is subscribed to.</summary>
    public RedisChannel Channel { get; } = channel;

    /// <summary>Ends it. Messages that are on their way may still come.</summary>
    public Task UnsubscribeAsync() => unsubscribe();
}
