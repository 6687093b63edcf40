namespace PushApp.Push.Inspection;

/// <summary>A channel, over all nodes.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Subscribers">Connections that hold it.</param>
/// <param name="EventsPerSecond">How often it had events lately.</param>
/// <param name="Positions">Where each node stands in it.</param>
public sealed record ChannelReport(string Channel, int Subscribers, double EventsPerSecond, IReadOnlyDictionary<string, string> Positions)
{
    /// <summary>Events in its log; null where that was not asked for.</summary>
    public long? LogLength { get; init; }

    /// <summary>The newest position of its log; null for none, or where it was not asked for.</summary>
    public string? LogHead { get; init; }

    internal ChannelReport With(ChannelReport other) => this with
    {
        Subscribers = Subscribers + other.Subscribers,

        // Each node hears every event.
        EventsPerSecond = Math.Max(EventsPerSecond, other.EventsPerSecond),
        Positions = Positions.Concat(other.Positions).ToDictionary(StringComparer.Ordinal),
    };
}
