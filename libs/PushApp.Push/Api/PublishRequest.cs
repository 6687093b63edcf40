namespace PushApp.Push.Api;

/// <summary>The body of a publish.</summary>
/// <param name="Event">The event's name.</param>
/// <param name="Data">Its data as text: a JSON string's text, any other JSON as it was sent.</param>
/// <param name="TtlSeconds">Whole seconds, at least 1; null for as long as the history.</param>
/// <param name="History">Whether it is logged. Default true.</param>
internal sealed record PublishRequest(string Event, string Data, int? TtlSeconds, bool History);
