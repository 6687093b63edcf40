namespace PushApp.Tests.Infrastructure;

/// <summary>The processes that descend from one that a test started, however far: an environment variable that they inherit marks them.</summary>
internal sealed class MarkedProcesses
{
    private const string Variable = "PUSHAPP_TEST_MARK";

    private readonly string _mark = Guid.NewGuid().ToString("N");

    /// <summary>The environment of the first.</summary>
    public Dictionary<string, string?> Environment => new() { [Variable] = _mark };

    /// <summary>Their command lines. A dead one that nobody has collected yet (state Z) does not count.</summary>
    public IReadOnlyDictionary<int, string> Alive()
    {
        var alive = new Dictionary<int, string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid))
            {
                continue;
            }

            try
            {
                // A dead process has no environment.
                if (File.ReadAllText(Path.Combine(folder, "environ")).Contains($"{Variable}={_mark}", StringComparison.Ordinal))
                {
                    alive[pid] = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
            }
        }

        return alive;
    }
}
