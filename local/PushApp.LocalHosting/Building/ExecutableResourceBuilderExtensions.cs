using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Programs.</summary>
public static class ExecutableResourceBuilderExtensions
{
    /// <summary>Adds a program: a path, or a name on PATH.</summary>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var folder = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, workingDirectory));
        return builder.AddResource(new ExecutableResource(name, command, folder)).WithArgs(args ?? []);
    }
}
