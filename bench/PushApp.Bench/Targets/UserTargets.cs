namespace PushApp.Bench.Targets;

/// <summary>Servers whose connections are users: each event is for one of them, by the means that each library gives for it.</summary>
internal static class UserTargets
{
    public static IReadOnlyList<Target> List { get; } =
    [
        new("pushapp", "PushApp: `MapServerSentEvents`, `user:{name}`: logged", SseTargets.StartPushAppAsync, SseTargets.Clients, UsesBroker: true),
        new("pushapp-ephemeral", "PushApp: the same, not logged", (settings, cancellationToken) =>
            SseTargets.StartPushAppAsync(settings with { Ephemeral = true }, cancellationToken), SseTargets.Clients, UsesBroker: true),
        new("pushapp-socketio", "PushApp: `MapSocketIO`, a room per user: logged", SocketTargets.StartPushAppAsync, SocketTargets.SocketIO, UsesBroker: true),
        new("pushapp-socketio-ephemeral", "PushApp: the same, not logged", (settings, cancellationToken) =>
            SocketTargets.StartPushAppAsync(settings with { Ephemeral = true }, cancellationToken), SocketTargets.SocketIO, UsesBroker: true),
        new(SocketTargets.NodeName, "socket.io on Node, a room per user, redis-emitter: not logged", SocketTargets.StartNodeAsync, SocketTargets.SocketIO, UsesBroker: true, Runtime.Node),
        new(SocketTargets.SignalRName, "SignalR, Redis backplane, `Clients.User`: not logged", SocketTargets.StartSignalRAsync, SocketTargets.SignalR, UsesBroker: true),
    ];
}
