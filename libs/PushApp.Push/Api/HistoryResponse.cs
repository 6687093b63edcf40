namespace PushApp.Push.Api;

/// <summary>A part of a channel's log.</summary>
/// <param name="Head">The log's newest position, <c>0-00000000</c> where nothing was logged lately; what to give as <c>after</c> when there are no events.</param>
/// <param name="Recovered">False when the position asked for is not in the log: something between is lost.</param>
/// <param name="Events">The events, oldest first.</param>
internal sealed record HistoryResponse(string Head, bool Recovered, IReadOnlyList<HistoryResponseEvent> Events);

/// <summary>An event of the log.</summary>
internal sealed record HistoryResponseEvent(string Position, string Event, string Data, DateTime Time);
