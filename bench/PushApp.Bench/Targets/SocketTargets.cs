using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>Servers of WebSockets: every connection is in one room (group), and a process of its own publishes to that room over Redis, by the means that each library gives for it.</summary>
internal static class SocketTargets
{
    public const string NodeName = "socket.io";
    public const string SignalRName = "signalr";

    public static IReadOnlyList<Target> List { get; } =
    [
        new(SseTargets.FloorName, "Floor: C, one `send` per connection and event", (settings, cancellationToken) => SseTargets.StartFloorAsync(settings, cancellationToken, "socket.io"), SocketIO, Runtime: Runtime.Native),
        new("pushapp-socketio", "PushApp: `MapSocketIO`, `EmitToRoomAsync`: logged", StartPushAppAsync, SocketIO, UsesBroker: true, KeepsLog: true),
        new(NodeName, "socket.io on Node, Redis adapter, redis-emitter: not logged", StartNodeAsync, SocketIO, UsesBroker: true, Runtime.Node),
        new(SignalRName, "SignalR, Redis backplane, `IHubContext`: not logged", StartSignalRAsync, SignalR, UsesBroker: true),
    ];

    /// <summary>The same servers, whose clients do not upgrade.</summary>
    public static IReadOnlyList<Target> Polling { get; } = [.. List.Where(target => target.UsesBroker && target.Name != SignalRName).Select(target => target with { CreateLoad = settings => new PollingLoad(settings) })];

    public static WebSocketLoad SocketIO(LoadSettings settings) => new(new SocketIODialect(), settings);

    public static WebSocketLoad SignalR(LoadSettings settings) => new(new SignalRDialect(), settings);

    public static Task<RunningTarget> StartPushAppAsync(TargetSettings settings, CancellationToken cancellationToken) =>
        Launch.WithPublisherAsync("pushapp-socketio", "room-publisher", settings, cancellationToken);

    public static Task<RunningTarget> StartSignalRAsync(TargetSettings settings, CancellationToken cancellationToken) =>
        Launch.WithPublisherAsync("signalr", "signalr-publisher", settings, cancellationToken);

    public static async Task<RunningTarget> StartNodeAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        await NodePrograms.InstallAsync(cancellationToken);
        return await Launch.WithBrokerAsync(
            broker => core => NodePrograms.Start("socket.io", core, "server.mjs", [], Environment(broker)),
            broker => NodePrograms.Start(
                "The publisher", settings.LoadCore, "publisher.mjs", [Launch.Number(settings.PayloadSize), Launch.Number(settings.Users)], Environment(broker)),
            settings,
            cancellationToken);
    }

    private static Dictionary<string, string> Environment(BrokerProcess broker) => new() { ["REDIS_URL"] = broker.Url };
}
