namespace PushApp.Tests.Infrastructure;

/// <summary>What a test needs of the machine. Missing: the test is skipped and says why, or fails where the environment says CI=true.</summary>
internal static class Prerequisite
{
    /// <summary>The path of a program on PATH.</summary>
    public static string Program(string name, string why)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        Missing($"{name} is not on PATH: {why}");
        return "";
    }

    public static void Linux(string why)
    {
        if (!OperatingSystem.IsLinux())
        {
            Missing($"This needs Linux: {why}");
        }
    }

    /// <summary>Skips the running test, or fails it in CI.</summary>
    public static void Missing(string reason)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
