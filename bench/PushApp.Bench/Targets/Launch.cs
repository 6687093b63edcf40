using System.Globalization;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>Starts the processes of a target: each of them is this program again, told what to be.</summary>
internal static class Launch
{
    /// <summary>A broker, a publisher and one server or several, each a process of its own.</summary>
    public static Task<RunningTarget> WithPublisherAsync(string server, string publisher, TargetSettings settings, CancellationToken cancellationToken) => WithBrokerAsync(
        broker => Server(server, settings, broker),
        broker => ChildProcess.StartSelf("The publisher", settings.LoadCore, Arguments(publisher, settings), Broker(broker)),
        settings,
        cancellationToken);

    /// <summary>A broker, and what is started with it.</summary>
    /// <param name="server">Starts a node, on the core that is given in the settings beside it.</param>
    /// <param name="publisher">Starts what publishes.</param>
    /// <param name="settings">How many nodes, and where.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RunningTarget> WithBrokerAsync(
        Func<BrokerProcess, Func<int, ChildProcess>> server, Func<BrokerProcess, ChildProcess>? publisher, TargetSettings settings, CancellationToken cancellationToken)
    {
        var broker = await BrokerProcess.StartAsync(settings.Broker, settings.LoadCore, settings.Durable, cancellationToken);
        var start = server(broker);
        return await RunningTarget.CreateAsync(
            [.. Enumerable.Range(0, settings.Nodes).Select(node => start(settings.ServerCores[node % settings.ServerCores.Count]))], publisher?.Invoke(broker), broker, cancellationToken);
    }

    /// <summary>Starts a server of ours on a core.</summary>
    public static Func<int, ChildProcess> Server(string name, TargetSettings settings, BrokerProcess? broker = null) =>
        core => ChildProcess.StartSelf(name, core, Arguments(name, settings), Environment(settings, broker));

    private static Dictionary<string, string> Environment(TargetSettings settings, BrokerProcess? broker)
    {
        var environment = broker is null ? [] : Broker(broker);
        if (settings.ThreadsSpin)
        {
            // .NET's own value, in hexadecimal; the project's is 0.
            environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "46";
        }

        if (settings.KestrelTransport)
        {
            environment["Push__Transport__HandOver"] = "false";
        }

        return environment;
    }

    /// <summary>How a process of ours finds the broker.</summary>
    public static Dictionary<string, string> Broker(BrokerProcess broker) => new() { ["ConnectionStrings__redis"] = broker.ConnectionString };

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string[] Arguments(string server, TargetSettings settings) =>
    [
        "serve", "--server", server, "--payload", Number(settings.PayloadSize), "--users", Number(settings.Users),
        .. settings.Ephemeral ? ["--ephemeral"] : Array.Empty<string>(),
        .. settings.Durable ? ["--durable"] : Array.Empty<string>(),
    ];
}
