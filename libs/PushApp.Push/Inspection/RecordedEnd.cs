namespace PushApp.Push.Inspection;

/// <summary>A connection that has ended.</summary>
/// <param name="ConnectionId">Its id.</param>
/// <param name="User">Whose it was; null for a visitor's or an API key's.</param>
/// <param name="Carrier">What carried it.</param>
/// <param name="Since">When it came.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Reason">Why, by the names of docs/inspector.md: <c>client</c>, <c>shutdown</c>, <c>slow</c>, <c>signed-out</c>, <c>forbidden</c>, <c>stopped</c>.</param>
/// <param name="QueuedBytes">What waited for it, in bytes.</param>
/// <param name="Channels">The channels that it held.</param>
public sealed record RecordedEnd(
    Guid ConnectionId, string? User, string Carrier, DateTimeOffset Since, DateTimeOffset EndedAt, string Reason, long QueuedBytes, IReadOnlyList<string> Channels)
{
    /// <summary>Its node.</summary>
    public string? Node { get; init; }

    /// <summary>As <see cref="ConnectionReport.ChannelSince"/>.</summary>
    public DateTimeOffset? ChannelSince { get; init; }

    /// <summary>Since when it held each of <see cref="Channels"/>: the node's own note, of which it tells what it is asked.</summary>
    internal IReadOnlyList<DateTimeOffset> HeldSince { get; init; } = [];

    /// <summary>What the node tells of it to whoever asks about a channel.</summary>
    internal RecordedEnd About(string? channel, string node)
    {
        var index = Channels.TakeWhile(held => held != channel).Count();
        return this with { Node = node, ChannelSince = index < HeldSince.Count ? HeldSince[index] : null };
    }
}
