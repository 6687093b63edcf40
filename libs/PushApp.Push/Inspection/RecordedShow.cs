namespace PushApp.Push.Inspection;

/// <summary>A browser says that it has shown an event. Only the user is certain; the rest is as trustworthy as the user's browser.</summary>
/// <param name="User">Who saw it.</param>
/// <param name="Channel">The channel that it came by.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Position">Its place in the channel's log; null for an event without.</param>
/// <param name="TraceId">The trace of its publish, in 32 hexadecimal digits.</param>
/// <param name="SpanId">The span below which it was shown, in 16 hexadecimal digits.</param>
/// <param name="Carrier">What brought it, as the browser names it.</param>
/// <param name="ReceivedAt">When it reached the page, by the browser's clock.</param>
/// <param name="ShownAt">When the page had painted what it changed, by the browser's clock.</param>
public sealed record RecordedShow(
    string User, ChannelName Channel, string Event, Position? Position, string TraceId, string SpanId, string Carrier, DateTimeOffset ReceivedAt, DateTimeOffset ShownAt);
