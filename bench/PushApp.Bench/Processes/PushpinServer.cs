using System.Globalization;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>Pushpin on free ports of loopback, configured by Pushpin/pushpin.conf, with a folder of its own. It is several processes that work for one stream together.</summary>
internal sealed class PushpinServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/pushpin";
    private const string Configuration = "pushpin.conf";
    private const int Services = 4;

    private readonly ConfiguredServer _server;

    private PushpinServer(ConfiguredServer server, PushpinPorts ports)
    {
        _server = server;
        Ports = ports;
    }

    public static bool IsInstalled => File.Exists(Program);

    public PushpinPorts Ports { get; }

    /// <summary>The runner and what it runs; all are there when the server answers.</summary>
    public IReadOnlyList<int> ProcessIds => _server.Children is { Count: Services } services
        ? [_server.ProcessId, .. services]
        : throw _server.Failure($"has {_server.Children.Count} processes where {Services} are due");

    public static async Task<PushpinServer> StartAsync(int core, CancellationToken cancellationToken)
    {
        if (!IsInstalled)
        {
            throw new BenchFailureException("Pushpin is not installed: apt-get install pushpin, or leave 'pushpin' out of --targets.");
        }

        var ports = new PushpinPorts(BrokerProcess.FreePort(), BrokerProcess.FreePort(), BrokerProcess.FreePort());
        var template = await ConfiguredServer.ReadTemplateAsync("Pushpin", Configuration, cancellationToken);
        var server = await ConfiguredServer.StartAsync(
            "Pushpin",
            core,
            new Dictionary<string, string>
            {
                [Configuration] = template.Replace("@PORT@", Text(ports.Streams), StringComparison.Ordinal).Replace("@CONTROL@", Text(ports.Control), StringComparison.Ordinal),
                ["routes"] = $"* 127.0.0.1:{Text(ports.Backend)}\n",
            },
            folder => [Program, "--config", Path.Combine(folder, Configuration)],
            cancellationToken);
        return new PushpinServer(server, ports);
    }

    /// <summary>As it says itself.</summary>
    public static async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        "Pushpin " + (await ProgramOutput.ReadAsync(Program, ["--version"], cancellationToken)).Split(' ')[^1];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Where Pushpin meets the others.</summary>
/// <param name="Streams">Where clients come.</param>
/// <param name="Control">Where events are posted.</param>
/// <param name="Backend">Whom it asks what to do with a client.</param>
internal sealed record PushpinPorts(int Streams, int Control, int Backend);
