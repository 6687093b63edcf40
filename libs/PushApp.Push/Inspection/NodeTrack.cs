namespace PushApp.Push.Inspection;

/// <summary>An event on one node, by the node's clock.</summary>
/// <param name="Node">The node.</param>
/// <param name="ReceivedAt">When the broker's message arrived there, or it was read from the log (<see cref="IsFromLog"/>).</param>
/// <param name="FirstWrittenAt">When the first connections had been written; null while nobody was.</param>
/// <param name="LastWrittenAt">When the last connections had been written.</param>
/// <param name="Connections">To how many it was written there.</param>
/// <param name="TraceParent">The trace context that went out with it.</param>
/// <param name="Deliveries">The first few of them (<see cref="InspectionOptions.DeliveriesPerEvent"/>).</param>
public sealed record NodeTrack(
    string Node,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? FirstWrittenAt,
    DateTimeOffset? LastWrittenAt,
    int Connections,
    string? TraceParent,
    IReadOnlyList<RecordedDelivery> Deliveries)
{
    /// <summary>Whether the node read it from the channel's log, for those who came back and had missed it, and remembers no message of the broker.</summary>
    public bool IsFromLog { get; init; }
}
