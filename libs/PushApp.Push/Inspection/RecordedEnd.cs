namespace PushApp.Push.Inspection;

/// <summary>A connection that has ended.</summary>
/// <param name="ConnectionId">Its id.</param>
/// <param name="User">Whose it was; null for a visitor's or an API key's.</param>
/// <param name="Carrier">What carried it.</param>
/// <param name="Since">When it came.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Reason">Why, by the names of docs/inspector.md: <c>client</c>, <c>shutdown</c>, <c>slow</c>, <c>signed-out</c>, <c>forbidden</c>, <c>stopped</c>.</param>
/// <param name="QueuedBytes">What waited for it, in bytes.</param>
/// <param name="Channels">The channels that it held.</param>
public sealed record RecordedEnd(
    Guid ConnectionId, string? User, string Carrier, DateTimeOffset Since, DateTimeOffset EndedAt, string Reason, long QueuedBytes, IReadOnlyList<string> Channels);
