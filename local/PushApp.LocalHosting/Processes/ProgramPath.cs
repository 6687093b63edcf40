using System.Runtime.InteropServices;

namespace PushApp.LocalHosting.Processes;

/// <summary>Finds programs.</summary>
internal static class ProgramPath
{
    /// <summary>The <c>dotnet</c> that runs this process; neither PATH nor DOTNET_HOST_PATH need have it.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The full path of a program: as given, or found on PATH; null if there is none.</summary>
    public static string? Find(string command, string workingDirectory)
    {
        if (command == "dotnet")
        {
            return DotNet;
        }

        if (command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(Path.Combine(workingDirectory, command));
            return File.Exists(path) ? path : null;
        }

        string[] names = OperatingSystem.IsWindows() && !Path.HasExtension(command) ? [$"{command}.exe", $"{command}.cmd"] : [command];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
