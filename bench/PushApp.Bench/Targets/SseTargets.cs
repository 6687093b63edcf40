using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>Servers of Server-Sent Events.</summary>
internal static class SseTargets
{
    public const string FloorName = "floor";

    public static IReadOnlyList<Target> List { get; } =
    [
        new(FloorName, "Floor: C, one `send` per connection and event", StartFloorAsync, Clients, Runtime: Runtime.Native),
        new("pushapp", "PushApp: `MapServerSentEvents`, events over the broker", StartPushAppAsync, Clients, UsesBroker: true),
        new("pushapp-hub", "PushApp: `MapServerSentEvents`, events entering at its hub", StartPushAppHubAsync, Clients),
        new("typed-results", "`TypedResults.ServerSentEvents` over a `Channel<T>` per connection", (settings, cancellationToken) =>
            RunningTarget.AloneAsync(Launch.Server("typed-results", settings), cancellationToken), Clients),
    ];

    private static SseLoad Clients(int connections, int payloadSize) => new(connections, payloadSize);

    private static Task<RunningTarget> StartFloorAsync(TargetSettings settings, CancellationToken cancellationToken) =>
        RunningTarget.AloneAsync(
            ChildProcess.Start("The floor", settings.ServerCore, settings.Floor!.FileName, [Launch.Number(settings.PayloadSize)]), cancellationToken);

    private static Task<RunningTarget> StartPushAppAsync(TargetSettings settings, CancellationToken cancellationToken) =>
        Launch.WithPublisherAsync("pushapp", "publisher", settings, cancellationToken);

    // The broker is there for the joins; no event goes through it.
    private static async Task<RunningTarget> StartPushAppHubAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        var broker = await BrokerProcess.StartAsync(settings.Broker, settings.LoadCore, durable: false, cancellationToken);
        return await RunningTarget.CreateAsync(Launch.Server("pushapp-hub", settings, broker), publisher: null, broker, cancellationToken);
    }
}
