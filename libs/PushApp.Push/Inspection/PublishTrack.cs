namespace PushApp.Push.Inspection;

/// <summary>An event in the process that published it, by its clock.</summary>
/// <param name="Node">The process.</param>
/// <param name="RequestedAt">When what led to it was asked for: the request, or the job.</param>
/// <param name="PickedUpAt">When the job was taken up; null for a request, which is answered at once.</param>
/// <param name="StartedAt">When it was handed to the publisher.</param>
/// <param name="AcknowledgedAt">When the broker had acknowledged it.</param>
public sealed record PublishTrack(string Node, DateTimeOffset? RequestedAt, DateTimeOffset? PickedUpAt, DateTimeOffset StartedAt, DateTimeOffset AcknowledgedAt);
