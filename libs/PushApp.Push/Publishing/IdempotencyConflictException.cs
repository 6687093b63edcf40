namespace PushApp.Push;

/// <summary>An idempotency key was used before on this channel with another event or other data. Use a new key for a new event.</summary>
public sealed class IdempotencyConflictException(ChannelName channel, string key)
    : Exception($"The idempotency key '{key}' was used on channel '{channel}' for another event. Use a new key for each event.")
{
    /// <summary>The channel it was used on.</summary>
    public ChannelName Channel { get; } = channel;

    /// <summary>The key.</summary>
    public string Key { get; } = key;
}
