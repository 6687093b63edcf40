namespace PushApp.Push;

/// <summary>How one event is published. The default is a logged event that lives as long as its channel's history.</summary>
public sealed record PublishOptions
{
    /// <summary>An event that costs one PUBLISH: delivered at most once, never logged, no id, not ordered against logged ones.</summary>
    public static PublishOptions Ephemeral { get; } = new() { History = false };

    /// <summary>
    /// Whether the event is appended to the channel's log and so recovered after a reconnect. <value>Default true.</value>
    /// </summary>
    public bool History { get; init; } = true;

    /// <summary>
    /// Makes repeating safe: the same key by the same <see cref="Publisher"/> on the same channel, while the event is still in the
    /// log, gives the first answer again and publishes nothing. The same key with another event or data is an
    /// <see cref="IdempotencyConflictException"/>. 1 to 200 characters. Ignored for events without history.
    /// <value>Default null: a key is made up, so that the retry after a broken connection does not double, as long as the event is still in the log by then: newer ones must not have taken its place.</value>
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who publishes, as the scope of <see cref="IdempotencyKey"/>: an API key's id, a user's name. <value>Default "".</value></summary>
    public string Publisher { get; init; } = "";

    /// <summary>
    /// After this long the event is no longer handed to those who resume. <value>Default null: as long as the channel's history.</value>
    /// From one second to the age limit of the channel's history. Ignored for events without history.
    /// </summary>
    public TimeSpan? TimeToLive { get; init; }
}
