namespace PushApp.Push.Inspection;

/// <summary>An open connection.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Node">Its node.</param>
/// <param name="User">Whose it is; null for a visitor's or an API key's.</param>
/// <param name="ApiKey">The API key's id; null for users and visitors.</param>
/// <param name="Transport"><c>sse</c> or <c>socketio</c>.</param>
/// <param name="Carrier">What carries it now: <c>sse</c>, <c>websocket</c> or <c>polling</c>.</param>
/// <param name="Namespace">Socket.IO's namespace; null otherwise.</param>
/// <param name="Address">The client's address.</param>
/// <param name="Since">When it came.</param>
/// <param name="QueuedBytes">Bytes that wait for it.</param>
/// <param name="RoundTripMs">The last round trip, in milliseconds; null where its transport measures none, as Server-Sent Events.</param>
/// <param name="Channels">The first few channels that it holds.</param>
/// <param name="ChannelCount">How many it holds.</param>
public sealed record ConnectionReport(
    Guid Id,
    string Node,
    string? User,
    string? ApiKey,
    string Transport,
    string Carrier,
    string? Namespace,
    string? Address,
    DateTimeOffset Since,
    long QueuedBytes,
    double? RoundTripMs,
    IReadOnlyList<string> Channels,
    int ChannelCount)
{
    /// <summary>Since when it holds the channel that was asked about, by its node's clock: a channel may be joined long after the connection came. Null where it does not hold it, or none was asked about.</summary>
    public DateTimeOffset? ChannelSince { get; init; }
}
