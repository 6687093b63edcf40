using System.Text.Json.Serialization;

namespace PushApp.Push.Inspection;

/// <summary>An event from its publish to the browsers. Times are by the clocks of the machines that took them.</summary>
/// <param name="Event">The event.</param>
/// <param name="Publish">How it was published; null where nobody remembers.</param>
/// <param name="Nodes">What the nodes did with it.</param>
/// <param name="Shown">What browsers have shown.</param>
/// <param name="Log">Whether it still stands in its channel's log.</param>
/// <param name="ExpiresAt">When it is no longer handed to those who resume; null for as long as the log keeps it.</param>
/// <param name="MissingNodes">As in <see cref="InspectionPage{T}"/>.</param>
public sealed record Journey(
    EventSummary Event,
    PublishTrack? Publish,
    IReadOnlyList<NodeTrack> Nodes,
    IReadOnlyList<ShownReport> Shown,
    LogState Log,
    DateTimeOffset? ExpiresAt,
    int MissingNodes)
{
    /// <summary>
    /// Where a process that has connections began after the event, when the last of them did: what one before it knew of the event is gone with it. Null where all remember.
    /// </summary>
    public DateTimeOffset? RememberedSince { get; init; }
}

/// <summary>Whether an event still stands in its channel's log.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LogState>))]
public enum LogState
{
    /// <summary>Those who resume get it.</summary>
    Kept,

    /// <summary>It is older than the log keeps, or its time to live has passed.</summary>
    Expired,

    /// <summary>It never had a log.</summary>
    NotLogged,

    /// <summary>The broker could not be asked.</summary>
    Unknown,
}
