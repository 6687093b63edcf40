namespace PushApp.Push.Api;

/// <summary>The answer to a publish.</summary>
/// <param name="Id">The event's position; null for one without history.</param>
/// <param name="Time">When it was published, UTC.</param>
/// <param name="Duplicate">Whether the idempotency key had been seen, and this is the first answer again.</param>
internal sealed record PublishResponse(string? Id, DateTime Time, bool Duplicate);
