namespace PushApp.Bench.Targets;

/// <summary>Servers whose connections are users: each event is for one of them, by the means that each library gives for it.</summary>
internal static class UserTargets
{
    /// <summary>SignalR with .NET's own setting of the thread pool, beside that with PushApp's.</summary>
    public const string SpinningSignalRName = "signalr-spinning";

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
        new(SpinningSignalRName, "SignalR as it comes: its idle threads spin", (settings, cancellationToken) =>
            SocketTargets.StartSignalRAsync(settings with { ThreadsSpin = true }, cancellationToken), SocketTargets.SignalR, UsesBroker: true),
    ];
}
