namespace PushApp.Push.Inspection;

/// <summary>A browser has shown an event, by its own account.</summary>
/// <param name="User">Who saw it.</param>
/// <param name="Carrier">What brought it.</param>
/// <param name="SpanId">The span below which it was shown: which node had written it.</param>
/// <param name="ReceivedAt">When it reached the page, by the browser's clock.</param>
/// <param name="ShownAt">When it was painted, by the browser's clock.</param>
public sealed record ShownReport(string User, string Carrier, string SpanId, DateTimeOffset ReceivedAt, DateTimeOffset ShownAt);
