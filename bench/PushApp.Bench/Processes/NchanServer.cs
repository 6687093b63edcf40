using System.Globalization;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>nginx with Nchan on a free port of loopback, configured by Nchan/nginx.conf, with a folder of its own.</summary>
internal sealed class NchanServer : IAsyncDisposable
{
    private static readonly string[] Modules = ["/usr/lib/nginx/modules/ngx_nchan_module.so", "/usr/local/nginx/modules/ngx_nchan_module.so", "/etc/nginx/modules/ngx_nchan_module.so"];

    private readonly DirectoryInfo _folder;
    private readonly ChildProcess _guard;

    private NchanServer(DirectoryInfo folder, ChildProcess guard, int masterId, int port)
    {
        _folder = folder;
        _guard = guard;
        MasterId = masterId;
        Port = port;
    }

    public static bool IsInstalled => Array.Exists(Modules, File.Exists);

    public int Port { get; }

    public int MasterId { get; }

    /// <summary>The one process that serves; it is there when the server answers.</summary>
    public int WorkerId =>
        int.TryParse(File.ReadAllText($"/proc/{MasterId}/task/{MasterId}/children").Split(' ')[0], CultureInfo.InvariantCulture, out var id)
            ? id
            : throw _guard.Failure("has no worker process");

    public static async Task<NchanServer> StartAsync(int core, CancellationToken cancellationToken)
    {
        var module = Array.Find(Modules, File.Exists)
            ?? throw new BenchFailureException("Nchan is not installed: apt-get install nginx-light libnginx-mod-nchan, or leave 'nchan' out of --targets.");
        var folder = Directory.CreateTempSubdirectory("pushapp-bench-nchan-");
        ChildProcess? guard = null;
        try
        {
            var port = BrokerProcess.FreePort();
            var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Nchan", "nginx.conf"), cancellationToken);
            var configuration = Path.Combine(folder.FullName, "nginx.conf");
            await File.WriteAllTextAsync(
                configuration,
                template.Replace("@MODULE@", module, StringComparison.Ordinal).Replace("@FOLDER@", folder.FullName, StringComparison.Ordinal)
                    .Replace("@PORT@", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
                cancellationToken);
            guard = ChildProcess.Start("Nchan", core, "/bin/sh", ["-c", BrokerProcess.Guard, "sh", "nginx", "-e", "stderr", "-p", folder.FullName, "-c", configuration]);
            var id = int.Parse(await guard.FirstLineAsync(TimeSpan.FromSeconds(30), cancellationToken), CultureInfo.InvariantCulture);
            return new NchanServer(folder, guard, id, port);
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

    /// <summary>nginx' version, and Nchan's as the package manager has it.</summary>
    public static async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var nginx = await ProgramOutput.ReadAsync("nginx", ["-v"], cancellationToken);
        var nchan = File.Exists("/usr/bin/dpkg-query") ? await ProgramOutput.ReadAsync("dpkg-query", ["-W", "-f", "${Version}", "libnginx-mod-nchan"], cancellationToken) : "";
        return $"nginx {nginx.Split('/')[^1]}, Nchan {nchan.Split(':')[^1].Split('+')[0]}";
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
