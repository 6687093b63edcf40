namespace PushApp.Push.Inspection;

/// <summary>What the nodes know of a user.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Connections">Open connections, the newest 50 of each node.</param>
/// <param name="Ends">Connections that have ended, newest first.</param>
/// <param name="Refusals">Channels that the user was refused, newest first.</param>
/// <param name="Events">The newest events of the user's own channel.</param>
/// <param name="MissingNodes">As in <see cref="InspectionPage{T}"/>.</param>
public sealed record UserReport(
    string User,
    IReadOnlyList<ConnectionReport> Connections,
    IReadOnlyList<RecordedEnd> Ends,
    IReadOnlyList<RecordedRefusal> Refusals,
    IReadOnlyList<EventForUser> Events,
    int MissingNodes);

/// <summary>An event, and whether one user got it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Verdict">Whether the user got it.</param>
public sealed record EventForUser(EventSummary Event, DeliveryVerdict Verdict);
