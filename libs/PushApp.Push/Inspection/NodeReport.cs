using System.Text.Json.Serialization;

namespace PushApp.Push.Inspection;

/// <summary>A process and its figures.</summary>
/// <param name="Node">Its name, as in <c>web-1@vm-7-3fa1</c>: what its operator calls it, and the machine with a part that is new at each start.</param>
/// <param name="Service">What it is, as in <c>web</c> or <c>worker</c>.</param>
/// <param name="Started">When it started.</param>
/// <param name="UptimeSeconds">Since when it runs.</param>
/// <param name="Connections">Open connections by what carries them; a client of Socket.IO is one, however many namespaces it is in.</param>
/// <param name="Channels">Channels that it is subscribed to.</param>
/// <param name="MemoryBytes">Memory of the process (its working set).</param>
/// <param name="QueuedBytes">Bytes that wait for clients which do not keep up.</param>
/// <param name="BrokerConnected">Whether the broker can be reached.</param>
/// <param name="BrokerRoundTripMs">The last round trip to it, in milliseconds; null when it did not answer.</param>
/// <param name="EventCount">Grows with each event that it remembers.</param>
/// <param name="Sample">Its newest figures; null before the first.</param>
public sealed record NodeReport(
    string Node,
    string Service,
    DateTimeOffset Started,
    double UptimeSeconds,
    IReadOnlyDictionary<string, int> Connections,
    int Channels,
    long MemoryBytes,
    long QueuedBytes,
    bool BrokerConnected,
    double? BrokerRoundTripMs,
    long EventCount,
    LoadSample? Sample)
{
    /// <summary>Whether it works.</summary>
    public NodeState State { get; init; }

    /// <summary>Since when it is in that state, by its own clock.</summary>
    public DateTimeOffset StateSince { get; init; } = Started;

    /// <summary>Its figures over time, oldest first, where they were asked for; as JSON a row of numbers for each (<see cref="LoadSample"/>).</summary>
    [JsonConverter(typeof(LoadHistory))]
    public IReadOnlyList<LoadSample>? History { get; init; }
}
