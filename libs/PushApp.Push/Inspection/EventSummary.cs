namespace PushApp.Push.Inspection;

/// <summary>A recent event.</summary>
/// <param name="Id">What names it in its channel: its position, or, for one without, something made of its time.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Event">The event's name.</param>
/// <param name="IsLogged">Whether it stands in the channel's log.</param>
/// <param name="Time">When it was published: by the broker's clock for logged events, by the publisher's for others.</param>
/// <param name="Bytes">The size of its data.</param>
/// <param name="Connections">To how many connections it was written, on all nodes.</param>
/// <param name="Nodes">The processes that know of it.</param>
/// <param name="TraceId">Its trace, if it has one; whether it is recorded anywhere, <see cref="IsSampled"/> says.</param>
public sealed record EventSummary(
    string Id, string Channel, string Event, bool IsLogged, DateTimeOffset Time, int Bytes, int Connections, IReadOnlyList<string> Nodes, string? TraceId)
{
    /// <summary>Whether its trace is recorded.</summary>
    public bool IsSampled { get; init; }

    /// <summary>When the last connection had been written; null while none was.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>The same event as another process knows it.</summary>
    internal EventSummary With(EventSummary other) => this with
    {
        Connections = Connections + other.Connections,
        Nodes = [.. Nodes.Union(other.Nodes, StringComparer.Ordinal)],
        TraceId = TraceId ?? other.TraceId,
        IsSampled = IsSampled || other.IsSampled,
        WrittenAt = WrittenAt is null || other.WrittenAt > WrittenAt ? other.WrittenAt : WrittenAt,
    };
}
