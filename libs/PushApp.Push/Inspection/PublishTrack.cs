namespace PushApp.Push.Inspection;

/// <summary>An event in the process that published it, by its clock.</summary>
/// <param name="Node">The process.</param>
/// <param name="RequestedAt">When what led to it was asked for: the request, or the <see cref="Work"/>.</param>
/// <param name="PickedUpAt">When the <see cref="Work"/> was taken up; null for a request, which is answered at once.</param>
/// <param name="StartedAt">When it was handed to the publisher.</param>
/// <param name="AcknowledgedAt">When the broker had acknowledged it.</param>
public sealed record PublishTrack(string Node, DateTimeOffset? RequestedAt, DateTimeOffset? PickedUpAt, DateTimeOffset StartedAt, DateTimeOffset AcknowledgedAt)
{
    /// <summary>What the process was doing, by the name of its outermost span, as in <c>relay outbox</c>; null for a request, and where it had no span.</summary>
    public string? Work { get; init; }
}
