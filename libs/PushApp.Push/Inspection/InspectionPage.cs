namespace PushApp.Push.Inspection;

/// <summary>A part of a list that is gathered from all processes.</summary>
/// <param name="Items">The part.</param>
/// <param name="Total">How many there are.</param>
/// <param name="MissingNodes">How many processes did not answer in time; -1 where the broker is away, so that this is what this one knows.</param>
public sealed record InspectionPage<T>(IReadOnlyList<T> Items, int Total, int MissingNodes);
