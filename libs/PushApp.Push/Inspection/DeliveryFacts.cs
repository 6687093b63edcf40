namespace PushApp.Push.Inspection;

/// <summary>What is known of one user and one event.</summary>
/// <param name="User">The user.</param>
/// <param name="Journey">What became of the event.</param>
/// <param name="Connections">The user's open connections.</param>
/// <param name="Ends">Those that have ended, newest first.</param>
/// <param name="Refusals">What the user was refused, newest first.</param>
/// <param name="IsPermitted">Whether the user may read the channel; null for unknown.</param>
/// <param name="Missing">How many processes did not say what they know of the user, as in <see cref="InspectionPage{T}"/>.</param>
internal sealed record DeliveryFacts(
    string User,
    Journey Journey,
    IReadOnlyList<ConnectionReport> Connections,
    IReadOnlyList<RecordedEnd> Ends,
    IReadOnlyList<RecordedRefusal> Refusals,
    bool? IsPermitted,
    int Missing);
