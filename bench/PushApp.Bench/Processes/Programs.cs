namespace PushApp.Bench.Processes;

/// <summary>Programs of the machine.</summary>
internal static class Programs
{
    /// <summary>The first of these that is on PATH; null for none.</summary>
    public static string? Find(params IReadOnlyList<string> names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
}
