namespace PushApp.Push;

/// <summary>Publishes events to channels from any process. Thread-safe; a singleton.</summary>
public interface IPushPublisher
{
    /// <summary>Publishes one event. When this returns, the broker has it, as <c>Push:Acknowledge</c> says.</summary>
    /// <param name="channel">The channel. A string is parsed as one.</param>
    /// <param name="eventName">1 to 200 characters without CR, LF or NUL; what a browser listens for.</param>
    /// <param name="data">The data: a string as it is, anything else as JSON by <see cref="EventData.From"/>. At most <c>Push:MaxEventBytes</c> bytes of UTF-8.</param>
    /// <param name="options">Key, history, time to live; null for a logged event.</param>
    /// <param name="cancellationToken">Has no effect once the event was sent to the broker.</param>
    /// <exception cref="ArgumentException">A name, the data or an option is out of its bounds; the message says which.</exception>
    /// <exception cref="IdempotencyConflictException">The key was used for another event.</exception>
    /// <exception cref="BrokerUnavailableException">No acknowledgement came in time, after retries; repeat with the same key.</exception>
    ValueTask<PublishResult> PublishAsync(
        ChannelName channel, string eventName, EventData data, PublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes a value as JSON; a string as its own text.</summary>
    /// <inheritdoc cref="PublishAsync(ChannelName, string, EventData, PublishOptions?, CancellationToken)"/>
    ValueTask<PublishResult> PublishAsync<T>(
        ChannelName channel, string eventName, T data, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishAsync(channel, eventName, EventData.From(data), options, cancellationToken);

    /// <summary>Deletes a channel's log, as when the account it belonged to has ended. Those who hold a position in it get <c>push.reset</c>.</summary>
    ValueTask PurgeAsync(ChannelName channel, CancellationToken cancellationToken = default);
}
