namespace PushApp.Contacts;

/// <summary>An event that was decided on in a transaction and is published after it.</summary>
internal sealed class OutboxMessage
{
    /// <summary>The order of publishing. A smaller one may commit later.</summary>
    public long Id { get; init; }

    /// <summary>The idempotency key under which it is published, however often.</summary>
    public Guid Key { get; init; }

    public required string Channel { get; init; }

    public required string EventName { get; init; }

    public required string Data { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>W3C trace context of what caused the event.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Why it can never be published; such a message is kept for a person to look at, and passed over.</summary>
    public string? RefusedBecause { get; set; }
}
