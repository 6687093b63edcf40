using System.Reflection;
using PushApp.Bench.Processes;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Report;

/// <summary>Versions of what took part.</summary>
internal static class Versions
{
    /// <summary>The Redis client that PushApp and SignalR are built on.</summary>
    public static string Client { get; } =
        "StackExchange.Redis " + typeof(StackExchange.Redis.ConnectionMultiplexer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    public static async Task<IReadOnlyList<string>> ReadAsync(IReadOnlyList<Target> targets, TargetSettings settings, CancellationToken cancellationToken)
    {
        var versions = new List<string>();
        if (targets.Any(target => target.UsesBroker))
        {
            versions.Add(await BrokerAsync(settings.Broker, settings.LoadCore, cancellationToken));
            versions.Add(Client);
        }

        if (targets.Any(target => target.Name == SseTargets.FloorName))
        {
            versions.Add("cc " + await ProgramOutput.ReadAsync("cc", ["-dumpfullversion", "-dumpversion"], cancellationToken));
        }

        if (targets.Any(target => target.Name == SseTargets.NchanName))
        {
            versions.Add(await NchanServer.VersionAsync(cancellationToken));
        }

        if (targets.Any(target => target.Name == SseTargets.PushpinName))
        {
            versions.Add(await PushpinServer.VersionAsync(cancellationToken));
        }

        if (targets.Any(target => target.Runtime == Runtime.Node))
        {
            versions.AddRange(await NodePrograms.VersionsAsync(cancellationToken));
        }

        return versions;
    }

    public static async Task<string> BrokerAsync(BrokerKind kind, int core, CancellationToken cancellationToken)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, core, durable: false, cancellationToken);
        return await broker.VersionAsync();
    }
}
