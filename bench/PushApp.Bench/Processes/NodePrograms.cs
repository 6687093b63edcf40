using System.Diagnostics;
using PushApp.Bench.CommandLine;

namespace PushApp.Bench.Processes;

/// <summary>The programs of folder Node, with their packages installed by npm beside this program, once.</summary>
internal static class NodePrograms
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Node");

    public static async Task InstallAsync(CancellationToken cancellationToken)
    {
        var stamp = Path.Combine(Folder, "node_modules", ".installed");
        if (!File.Exists(stamp) || File.GetLastWriteTimeUtc(stamp) < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], cancellationToken);
            await File.WriteAllTextAsync(stamp, "", cancellationToken);
        }
    }

    /// <summary>Version of Node and of the packages that are measured.</summary>
    public static async Task<IReadOnlyList<string>> VersionsAsync(CancellationToken cancellationToken)
    {
        await InstallAsync(cancellationToken);
        var packages = await RunAsync("node", ["-p", "['socket.io', '@socket.io/redis-adapter', '@socket.io/redis-emitter', 'redis'].map(name => name + ' ' + JSON.parse(require('fs').readFileSync(`node_modules/${name}/package.json`)).version).join(', ')"], cancellationToken);
        return ["Node " + (await RunAsync("node", ["--version"], cancellationToken)).Trim(), packages.Trim()];
    }

    /// <summary>Starts one of them; they are installed by then.</summary>
    public static ChildProcess Start(string name, int core, string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        ChildProcess.Start(
            name, core, "node", ["--expose-gc", Path.Combine(Folder, file), .. arguments], new Dictionary<string, string>(environment) { ["NODE_ENV"] = "production" });

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output : throw new BenchFailureException($"{program} {arguments[0]} failed: {await error}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new BenchFailureException($"{program} is not on PATH. Install Node.js 20 or later, or leave 'socket.io' out of --targets.", exception);
        }
    }
}
