using System.Globalization;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>Pushpin on free ports of loopback, configured by Pushpin/pushpin.conf, with a folder of its own. It is several processes that work for one stream together.</summary>
internal sealed class PushpinServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/pushpin";
    private const int Services = 4;

    private readonly DirectoryInfo _folder;
    private readonly ChildProcess _guard;
    private readonly int _runnerId;

    private PushpinServer(DirectoryInfo folder, ChildProcess guard, int runnerId, PushpinPorts ports)
    {
        _folder = folder;
        _guard = guard;
        _runnerId = runnerId;
        Ports = ports;
    }

    public static bool IsInstalled => File.Exists(Program);

    public PushpinPorts Ports { get; }

    /// <summary>The runner and what it runs; all are there when the server answers.</summary>
    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            var services = File.ReadAllText($"/proc/{_runnerId}/task/{_runnerId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return services.Length == Services
                ? [_runnerId, .. services.Select(id => int.Parse(id, CultureInfo.InvariantCulture))]
                : throw _guard.Failure($"has {services.Length} processes where {Services} are due");
        }
    }

    public static async Task<PushpinServer> StartAsync(int core, CancellationToken cancellationToken)
    {
        if (!IsInstalled)
        {
            throw new BenchFailureException("Pushpin is not installed: apt-get install pushpin, or leave 'pushpin' out of --targets.");
        }

        var folder = Directory.CreateTempSubdirectory("pushapp-bench-pushpin-");
        ChildProcess? guard = null;
        try
        {
            var ports = new PushpinPorts(BrokerProcess.FreePort(), BrokerProcess.FreePort(), BrokerProcess.FreePort());
            var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Pushpin", "pushpin.conf"), cancellationToken);
            var configuration = Path.Combine(folder.FullName, "pushpin.conf");
            await File.WriteAllTextAsync(
                configuration,
                template.Replace("@FOLDER@", folder.FullName, StringComparison.Ordinal)
                    .Replace("@PORT@", Text(ports.Streams), StringComparison.Ordinal)
                    .Replace("@CONTROL@", Text(ports.Control), StringComparison.Ordinal),
                cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "routes"), $"* 127.0.0.1:{Text(ports.Backend)}\n", cancellationToken);
            guard = ChildProcess.Start("Pushpin", core, "/bin/sh", ["-c", BrokerProcess.Guard, "sh", Program, "--config", configuration]);
            var id = int.Parse(await guard.FirstLineAsync(TimeSpan.FromSeconds(30), cancellationToken), CultureInfo.InvariantCulture);
            return new PushpinServer(folder, guard, id, ports);
        }
        catch
        {
            if (guard is not null)
            {
                await guard.DisposeAsync();
            }

            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>As it says itself.</summary>
    public static async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        "Pushpin " + (await ProgramOutput.ReadAsync(Program, ["--version"], cancellationToken)).Split(' ')[^1];

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Where Pushpin meets the others.</summary>
/// <param name="Streams">Where clients come.</param>
/// <param name="Control">Where events are posted.</param>
/// <param name="Backend">Whom it asks what to do with a client.</param>
internal sealed record PushpinPorts(int Streams, int Control, int Backend);
