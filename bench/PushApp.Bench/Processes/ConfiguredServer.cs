using System.Globalization;

namespace PushApp.Bench.Processes;

/// <summary>A server of this system's that files configure, in a folder of its own. It ends with this process.</summary>
internal sealed class ConfiguredServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ChildProcess _guard;

    private ConfiguredServer(string folder, ChildProcess guard, int processId)
    {
        _folder = folder;
        _guard = guard;
        ProcessId = processId;
    }

    public int ProcessId { get; }

    /// <summary>The processes that it has started; all are there when it answers.</summary>
    public IReadOnlyList<int> Children =>
        [.. File.ReadAllText($"/proc/{ProcessId}/task/{ProcessId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    /// <summary>Writes the files, and starts it.</summary>
    /// <param name="name">What failures call it.</param>
    /// <param name="core">Where it runs.</param>
    /// <param name="files">Its files by name; <c>@FOLDER@</c> in them is its folder.</param>
    /// <param name="command">The command line, of that folder.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ConfiguredServer> StartAsync(
        string name, int core, IReadOnlyDictionary<string, string> files, Func<string, IReadOnlyList<string>> command, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("pushapp-bench-").FullName;
        ChildProcess? guard = null;
        try
        {
            foreach (var (file, text) in files)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, file), text.Replace("@FOLDER@", folder, StringComparison.Ordinal), cancellationToken);
            }

            guard = ChildProcess.Start(name, core, "/bin/sh", ["-c", BrokerProcess.Guard, "sh", .. command(folder)]);
            return new ConfiguredServer(folder, guard, int.Parse(await guard.FirstLineAsync(TimeSpan.FromSeconds(30), cancellationToken), CultureInfo.InvariantCulture));
        }
        catch
        {
            if (guard is not null)
            {
                await guard.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>A file that comes with this program.</summary>
    public static Task<string> ReadTemplateAsync(string folder, string name, CancellationToken cancellationToken) =>
        File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, folder, name), cancellationToken);

    /// <summary>What it said, with what is wrong.</summary>
    public Exception Failure(string what) => _guard.Failure(what);

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
