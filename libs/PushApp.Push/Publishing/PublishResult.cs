namespace PushApp.Push;

/// <summary>What the broker acknowledged.</summary>
/// <param name="Position">Where the event stands in its channel's log; null for an event without history.</param>
/// <param name="Time">When it was published, by the broker's clock for logged events and this process' for others.</param>
/// <param name="Duplicate">Whether the idempotency key had been seen, and this is the first answer again.</param>
public sealed record PublishResult(Position? Position, DateTimeOffset Time, bool Duplicate);
