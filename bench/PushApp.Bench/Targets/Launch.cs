using System.Globalization;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Targets;

/// <summary>Starts the processes of a target: each of them is this program again, told what to be.</summary>
internal static class Launch
{
    /// <summary>A broker, a server and a publisher, each a process of its own.</summary>
    public static async Task<RunningTarget> WithPublisherAsync(string server, string publisher, TargetSettings settings, CancellationToken cancellationToken)
    {
        var broker = await BrokerProcess.StartAsync(settings.Broker, settings.LoadCore, durable: false, cancellationToken);
        return await RunningTarget.CreateAsync(
            Server(server, settings, broker), ChildProcess.StartSelf("The publisher", settings.LoadCore, Arguments(publisher, settings), Broker(broker)), broker, cancellationToken);
    }

    public static ChildProcess Server(string name, TargetSettings settings, BrokerProcess? broker = null) =>
        ChildProcess.StartSelf(name, settings.ServerCore, Arguments(name, settings), broker is null ? null : Broker(broker));

    /// <summary>How a process of ours finds the broker.</summary>
    public static Dictionary<string, string> Broker(BrokerProcess broker) => new() { ["ConnectionStrings__redis"] = broker.ConnectionString };

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string[] Arguments(string server, TargetSettings settings) => ["serve", "--server", server, "--payload", Number(settings.PayloadSize)];
}
