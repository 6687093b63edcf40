using System.Globalization;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>nginx with Nchan on a free port of loopback, configured by Nchan/nginx.conf, with a folder of its own.</summary>
internal sealed class NchanServer : IAsyncDisposable
{
    private const string Configuration = "nginx.conf";

    private static readonly string[] Modules = ["/usr/lib/nginx/modules/ngx_nchan_module.so", "/usr/local/nginx/modules/ngx_nchan_module.so", "/etc/nginx/modules/ngx_nchan_module.so"];

    private readonly ConfiguredServer _server;

    private NchanServer(ConfiguredServer server, int port)
    {
        _server = server;
        Port = port;
    }

    public static bool IsInstalled => Array.Exists(Modules, File.Exists);

    public int Port { get; }

    /// <summary>The one process that serves; it is there when the server answers.</summary>
    public int WorkerId => _server.Children is [var id, ..] ? id : throw _server.Failure("has no worker process");

    public static async Task<NchanServer> StartAsync(int core, CancellationToken cancellationToken)
    {
        var module = Array.Find(Modules, File.Exists)
            ?? throw new BenchFailureException("Nchan is not installed: apt-get install nginx-light libnginx-mod-nchan, or leave 'nchan' out of --targets.");
        var port = BrokerProcess.FreePort();
        var template = await ConfiguredServer.ReadTemplateAsync("Nchan", Configuration, cancellationToken);
        var server = await ConfiguredServer.StartAsync(
            "Nchan",
            core,
            new Dictionary<string, string>
            {
                [Configuration] = template.Replace("@MODULE@", module, StringComparison.Ordinal).Replace("@PORT@", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            },
            folder => ["nginx", "-e", "stderr", "-p", folder, "-c", Path.Combine(folder, Configuration)],
            cancellationToken);
        return new NchanServer(server, port);
    }

    /// <summary>nginx' version, and Nchan's as the package manager has it.</summary>
    public static async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var nginx = await ProgramOutput.ReadAsync("nginx", ["-v"], cancellationToken);
        var nchan = File.Exists("/usr/bin/dpkg-query") ? await ProgramOutput.ReadAsync("dpkg-query", ["-W", "-f", "${Version}", "libnginx-mod-nchan"], cancellationToken) : "";
        return $"nginx {nginx.Split('/')[^1]}, Nchan {nchan.Split(':')[^1].Split('+')[0]}";
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
