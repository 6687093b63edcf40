namespace PushApp.Bench.Targets;

/// <summary>Servers that stand in one table, because their clients speak alike.</summary>
/// <param name="DeliveryCommand">The command that measures deliveries; its section in the document too.</param>
/// <param name="IdleCommand">The command that measures idle streams; its section in the document too.</param>
/// <param name="LatencyCommand">The command that measures how long events take; its section in the document too.</param>
/// <param name="StormCommand">The command that measures openings; its section in the document too.</param>
/// <param name="Title">What the clients speak, for people.</param>
/// <param name="Targets">The servers, in the order of the table.</param>
internal sealed record Suite(string DeliveryCommand, string IdleCommand, string LatencyCommand, string StormCommand, string Title, IReadOnlyList<Target> Targets)
{
    public static Suite Sse { get; } = new("sse", "idle", "latency", "storm", "Server-Sent Events", SseTargets.List);

    public static Suite Sockets { get; } = new("sockets", "sockets-idle", "sockets-latency", "sockets-storm", "WebSockets", SocketTargets.List);
}
