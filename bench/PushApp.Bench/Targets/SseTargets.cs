using PushApp.Bench.Load;
using PushApp.Bench.Processes;
using PushApp.Bench.Servers;

namespace PushApp.Bench.Targets;

/// <summary>Servers of Server-Sent Events.</summary>
internal static class SseTargets
{
    public const string FloorName = "floor";
    public const string NchanName = "nchan";
    public const string PushpinName = "pushpin";

    public static IReadOnlyList<Target> List { get; } =
    [
        new(FloorName, "Floor: C, one `send` per connection and event", (settings, cancellationToken) => StartFloorAsync(settings, cancellationToken), Clients, Runtime: Runtime.Native),
        new("pushapp", "PushApp: `MapServerSentEvents`, events over the broker", StartPushAppAsync, Clients, UsesBroker: true, KeepsLog: true),
        new("pushapp-hub", "PushApp: `MapServerSentEvents`, events entering at its hub", StartPushAppHubAsync, Clients),
        new("typed-results", "`TypedResults.ServerSentEvents` over a `Channel<T>` per connection", (settings, cancellationToken) =>
            RunningTarget.AloneAsync(Launch.Server("typed-results", settings)(settings.ServerCore), cancellationToken), Clients),
        new(NchanName, "Nchan: `nchan_subscriber eventsource`, events by HTTP to the same nginx", StartNchanAsync, Clients, Runtime: Runtime.Native),
        new(PushpinName, "Pushpin: `Grip-Hold: stream`, events by HTTP to its control port", StartPushpinAsync, static settings =>
            Clients(settings with { OpeningAtOnce = PushpinPublisher.OpeningAtOnce }), Runtime: Runtime.Native),
        new("node-sse", "Bare Node: one `response.write` per connection and event", StartNodeAsync, Clients, Runtime: Runtime.Node),
    ];

    public static SseLoad Clients(LoadSettings settings) => new(settings);

    public static Task<RunningTarget> StartFloorAsync(TargetSettings settings, CancellationToken cancellationToken, params string[] arguments) =>
        RunningTarget.AloneAsync(
            ChildProcess.Start("The floor", settings.ServerCore, settings.Floor!.FileName, [Launch.Number(settings.PayloadSize), .. arguments]), cancellationToken);

    public static Task<RunningTarget> StartPushAppAsync(TargetSettings settings, CancellationToken cancellationToken) =>
        Launch.WithPublisherAsync("pushapp", "publisher", settings, cancellationToken);

    /// <summary>A node whose events do not go through the broker, which is there for the joins.</summary>
    public static Task<RunningTarget> StartPushAppHubAsync(TargetSettings settings, CancellationToken cancellationToken) =>
        Launch.WithBrokerAsync(broker => Launch.Server("pushapp-hub", settings, broker), publisher: null, settings, cancellationToken);

    private static async Task<RunningTarget> StartNchanAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        var server = await NchanServer.StartAsync(settings.ServerCore, cancellationToken);
        var environment = new Dictionary<string, string> { ["NCHAN_PORT"] = Launch.Number(server.Port) };
        return await RunningTarget.ForeignAsync(
            server, () => [server.WorkerId], ChildProcess.StartSelf("The publisher", settings.LoadCore, Launch.Arguments("nchan-publisher", settings), environment), cancellationToken);
    }

    private static async Task<RunningTarget> StartPushpinAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        var server = await PushpinServer.StartAsync(settings.ServerCore, cancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["PUSHPIN_PORT"] = Launch.Number(server.Ports.Streams),
            ["PUSHPIN_CONTROL_PORT"] = Launch.Number(server.Ports.Control),
            ["PUSHPIN_BACKEND_PORT"] = Launch.Number(server.Ports.Backend),
        };
        return await RunningTarget.ForeignAsync(
            server, () => server.ProcessIds, ChildProcess.StartSelf("The backend", settings.LoadCore, Launch.Arguments("pushpin-publisher", settings), environment), cancellationToken);
    }

    private static async Task<RunningTarget> StartNodeAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        await NodePrograms.InstallAsync(cancellationToken);
        return await RunningTarget.AloneAsync(
            NodePrograms.Start("Node", settings.ServerCore, "sse.mjs", [Launch.Number(settings.PayloadSize)], new Dictionary<string, string>()), cancellationToken);
    }
}
