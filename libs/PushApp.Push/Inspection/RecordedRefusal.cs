namespace PushApp.Push.Inspection;

/// <summary>Somebody was refused a channel.</summary>
/// <param name="User">Who; null for a visitor or an API key.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Access">What was wanted: <c>subscribe</c>, <c>publish</c> or <c>presence</c>.</param>
/// <param name="At">When.</param>
public sealed record RecordedRefusal(string? User, string Channel, string Access, DateTimeOffset At);
