using System.Diagnostics;
using System.Globalization;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Inspection;

/// <summary>What a process remembers of one event that it published.</summary>
internal sealed record RecordedPublish(
    ChannelName Channel,
    string Event,
    Position? Position,
    DateTimeOffset Time,
    int Bytes,
    string? TraceParent,
    DateTimeOffset? RequestedAt,
    DateTimeOffset? PickedUpAt,
    DateTimeOffset StartedAt,
    DateTimeOffset AcknowledgedAt,
    string? Work)
{
    /// <summary>A tag of a job's span: when it was asked for, in ISO 8601.</summary>
    public const string RequestedTag = "pushapp.requested_at";

    public string Key => RecordedEvent.KeyOf(Position is not null, Position ?? default, Time.ToUnixTimeMilliseconds(), Event, TraceParent);

    public PublishTrack ToTrack(string node) => new(node, RequestedAt, PickedUpAt, StartedAt, AcknowledgedAt) { Work = Work };

    public EventSummary ToSummary(string node) => new(
        Key, Channel.Value, Event, Position is not null, DateTimeOffset.FromUnixTimeMilliseconds(Time.ToUnixTimeMilliseconds()), Bytes, 0, [node], TraceIds.Of(TraceParent))
    { IsSampled = TraceContext.IsSampled(TraceParent) };

    /// <summary>
    /// When what led to this publish began, by the outermost span of this process: a request that it answers, or work that it took up, which may say when it was asked for.
    /// </summary>
    public static (DateTimeOffset? RequestedAt, DateTimeOffset? PickedUpAt, string? Work) CauseOf(Activity? activity)
    {
        if (activity is null)
        {
            return default;
        }

        while (activity.Parent is { } parent)
        {
            activity = parent;
        }

        DateTimeOffset began = new(activity.StartTimeUtc);
        return activity.Kind == ActivityKind.Server || activity.OperationName.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            ? (began, null, null)
            : (DateTimeOffset.TryParse(activity.GetTagItem(RequestedTag) as string, CultureInfo.InvariantCulture, out var requested) ? requested : null, began, activity.OperationName);
    }
}
