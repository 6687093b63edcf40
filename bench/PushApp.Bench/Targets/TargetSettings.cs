using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>What every server under test is started with.</summary>
/// <param name="ServerCores">The cores of the servers alone.</param>
/// <param name="LoadCore">The core of everything else.</param>
/// <param name="PayloadSize">Bytes of an event's data.</param>
/// <param name="Broker">What carries the events.</param>
/// <param name="Floor">The compiled floor; null without a C compiler.</param>
internal sealed record TargetSettings(IReadOnlyList<int> ServerCores, int LoadCore, int PayloadSize, BrokerKind Broker, FloorProgram? Floor)
{
    /// <summary>Nodes behind the one broker.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Users, of whom each event is for one; 0 where each event is for everybody.</summary>
    public int Users { get; init; }

    /// <summary>Whether PushApp publishes without its log.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Whether the idle threads of a server of .NET spin, as they do unless it is told otherwise.</summary>
    public bool ThreadsSpin { get; init; }

    /// <summary>Whether a node's connections are Kestrel's own, and its streams stay there.</summary>
    public bool KestrelTransport { get; init; }

    /// <summary>Whether broker and publisher are told to lose nothing when the broker ends: each change on disk before it is acknowledged, and one event published after the other.</summary>
    public bool Durable { get; init; }

    /// <summary>The core of a server that has no other nodes.</summary>
    public int ServerCore => ServerCores[0];

    /// <summary>The switches that make the same choice again.</summary>
    public string Switches(IReadOnlyList<Target> targets) =>
        $"--broker {(Broker == BrokerKind.Garnet ? "garnet" : "redis")} --targets {string.Join(',', targets.Select(target => target.Name))}";
}
