using System.Reflection;

namespace PushApp.LocalHosting.Engine;

/// <summary>Where the projects that the AppHost refers to were built to; AppHost.targets notes it in the AppHost's assembly.</summary>
internal sealed class BuiltPrograms(Assembly? appHost)
{
    private const string Prefix = "LocalHosting.Program:";

    private readonly Dictionary<string, string> _programs = (appHost?.GetCustomAttributes<AssemblyMetadataAttribute>() ?? [])
        .Where(a => a.Key.StartsWith(Prefix, StringComparison.Ordinal) && a.Value is not null)
        .ToDictionary(a => a.Key[Prefix.Length..], a => a.Value!, StringComparer.Ordinal);

    /// <summary>The dashboard's DLL.</summary>
    public string? Dashboard { get; } = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "LocalHosting.Dashboard")?.Value;

    public string? this[string projectPath] => _programs.GetValueOrDefault(projectPath);
}
