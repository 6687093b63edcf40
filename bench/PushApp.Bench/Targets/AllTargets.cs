using System.Globalization;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>Every server that can be measured, in the order of the table.</summary>
internal static class AllTargets
{
    public const string FloorName = "floor";

    public static IReadOnlyList<Target> List { get; } =
    [
        new(FloorName, "Floor: C, one `send` per connection and event", StartFloorAsync),
        new("pushapp", "PushApp: `MapServerSentEvents`, events over the broker", StartPushAppAsync, UsesBroker: true),
        new("pushapp-hub", "PushApp: `MapServerSentEvents`, events entering at its hub", StartPushAppHubAsync),
        new("typed-results", "`TypedResults.ServerSentEvents` over a `Channel<T>` per connection", (settings, cancellationToken) =>
            RunningTarget.AloneAsync(StartServer("typed-results", settings), cancellationToken)),
    ];

    private static Task<RunningTarget> StartFloorAsync(TargetSettings settings, CancellationToken cancellationToken) =>
        RunningTarget.AloneAsync(
            ChildProcess.Start("The floor", settings.ServerCore, settings.Floor!.FileName, [Number(settings.PayloadSize)]), cancellationToken);

    private static async Task<RunningTarget> StartPushAppAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        var broker = await BrokerProcess.StartAsync(settings.Broker, settings.LoadCore, durable: false, cancellationToken);
        var environment = new Dictionary<string, string> { ["ConnectionStrings__redis"] = broker.ConnectionString };
        return await RunningTarget.CreateAsync(
            StartServer("pushapp", settings, environment),
            ChildProcess.StartSelf(
                "The publisher", settings.LoadCore, ["serve", "--server", "publisher", "--payload", Number(settings.PayloadSize)], environment),
            broker,
            cancellationToken);
    }

    // The broker is there for the joins; no event goes through it.
    private static async Task<RunningTarget> StartPushAppHubAsync(TargetSettings settings, CancellationToken cancellationToken)
    {
        var broker = await BrokerProcess.StartAsync(settings.Broker, settings.LoadCore, durable: false, cancellationToken);
        var environment = new Dictionary<string, string> { ["ConnectionStrings__redis"] = broker.ConnectionString };
        return await RunningTarget.CreateAsync(StartServer("pushapp-hub", settings, environment), publisher: null, broker, cancellationToken);
    }

    private static ChildProcess StartServer(string name, TargetSettings settings, IReadOnlyDictionary<string, string>? environment = null) =>
        ChildProcess.StartSelf(name, settings.ServerCore, ["serve", "--server", name, "--payload", Number(settings.PayloadSize)], environment);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
