using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>Servers of WebSockets: every connection is in one room (group), and a process of its own publishes to that room over Redis, by the means that each library gives for it.</summary>
internal static class SocketTargets
{
    public const string NodeName = "socket.io";

    public static IReadOnlyList<Target> List { get; } =
    [
        new(SseTargets.FloorName, "Floor: C, one `send` per connection and event", (settings, cancellationToken) => SseTargets.StartFloorAsync(settings, cancellationToken, "socket.io"), SocketIO, Runtime: Runtime.Native),
        new("pushapp-socketio", "PushApp: `MapSocketIO`, `EmitToRoomAsync`: logged", (settings, cancellationToken) =>
            Launch.WithPublisherAsync("pushapp-socketio", "room-publisher", settings, cancellationToken), SocketIO, UsesBroker: true),
        new(NodeName, "socket.io on Node, Redis adapter, redis-emitter: not logged", StartNodeAsync, SocketIO, UsesBroker: true, Runtime.Node),
        new("signalr", "SignalR, Redis backplane, `IHubContext`: not logged", (settings, cancellationToken) =>
            Launch.WithPublisherAsync("signalr", "signalr-publisher", settings, cancellationToken), SignalR, UsesBroker: true),
    ];

    private static WebSocketLoad SocketIO(int connections, int payloadSize) => new(new SocketIODialect(), connections, payloadSize);

    private static WebSocketLoad SignalR(int connections, int payloadSize) => new(new SignalRDialect(), connections, payloadSize);

    private static async Task<RunningTarget> StartNodeAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        await NodePrograms.InstallAsync(cancellationToken);
        var broker = await BrokerProcess.StartAsync(settings.Broker, settings.LoadCore, durable: false, cancellationToken);
        var environment = new Dictionary<string, string> { ["REDIS_URL"] = broker.Url };
        return await RunningTarget.CreateAsync(
            NodePrograms.Start("socket.io", settings.ServerCore, "server.mjs", [], environment),
            NodePrograms.Start("The publisher", settings.LoadCore, "publisher.mjs", [Launch.Number(settings.PayloadSize)], environment),
            broker,
            cancellationToken);
    }
}
