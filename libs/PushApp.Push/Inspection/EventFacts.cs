namespace PushApp.Push.Inspection;

/// <summary>What one process knows of one event.</summary>
/// <param name="Id">The event (<see cref="EventSummary.Id"/>).</param>
/// <param name="Summaries">The event, as the process received and as it published it; at least one.</param>
/// <param name="Tracks">What it did with it.</param>
/// <param name="Publish">How it published it; null where another did.</param>
/// <param name="ExpiresMs">When a logged event is no longer handed to those who resume, in Unix milliseconds; 0 for never.</param>
internal sealed record EventFacts(string Id, IReadOnlyList<EventSummary> Summaries, IReadOnlyList<NodeTrack> Tracks, PublishTrack? Publish, long ExpiresMs);
