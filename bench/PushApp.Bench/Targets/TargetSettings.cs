using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>What every server under test is started with.</summary>
/// <param name="ServerCore">The core of the server alone.</param>
/// <param name="LoadCore">The core of everything else.</param>
/// <param name="PayloadSize">Bytes of an event's data.</param>
/// <param name="Broker">What carries PushApp's events.</param>
/// <param name="Floor">The compiled floor; null without a C compiler.</param>
internal sealed record TargetSettings(int ServerCore, int LoadCore, int PayloadSize, BrokerKind Broker, FloorProgram? Floor)
{
    /// <summary>The switches that make the same choice again.</summary>
    public string Switches(IReadOnlyList<Target> targets) =>
        $"--broker {(Broker == BrokerKind.Garnet ? "garnet" : "redis")} --targets {string.Join(',', targets.Select(target => target.Name))}";
}
