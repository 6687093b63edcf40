using System.Collections;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PushApp.LocalHosting.Dashboard;
using PushApp.LocalHosting.Processes;

namespace PushApp.LocalHosting.Engine;

/// <summary>What to run for an instance: program, arguments, folder, environment.</summary>
internal sealed record LaunchPlan(string Program, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment, IReadOnlySet<string> OwnVariables)
{
    // The AppHost's own; a service gets its own addresses and profile.
    private static readonly string[] NotInherited = ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "ASPNETCORE_HTTPS_PORTS", "DOTNET_LAUNCH_PROFILE"];

    /// <exception cref="DistributedApplicationException">It cannot be run; the message says why and what to do.</exception>
    public static async Task<LaunchPlan> CreateAsync(ResourceInstance instance, EngineOptions options, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        InstanceScope.Current = instance;
        var (program, arguments, folder) = resource switch
        {
            ProjectResource => Project(resource, options.ProgramOf),
            ExecutableResource executable => Executable(executable),
            _ => throw new DistributedApplicationException($"'{resource.Name}' is a {resource.GetType().Name}, which the local engine cannot run."),
        };

        List<object> added = [];
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(added, resource, cancellationToken)).ConfigureAwait(false);
        }

        foreach (var argument in added)
        {
            arguments.Add(await TextAsync(argument, cancellationToken).ConfigureAwait(false));
        }

        var own = await EnvironmentAsync(instance, options.Dashboard, execution, cancellationToken).ConfigureAwait(false);
        var environment = Inherited();
        foreach (var (name, value) in own)
        {
            environment[name] = value;
        }

        return new LaunchPlan(program, arguments, folder, environment, own.Keys.ToHashSet(StringComparer.Ordinal));
    }

    private static (string Program, List<string> Arguments, string Folder) Project(IResource resource, BuiltPrograms programs)
    {
        var project = resource.Annotations.OfType<IProjectMetadata>().Single().ProjectPath;
        var dll = programs[project]
            ?? throw new DistributedApplicationException($"'{resource.Name}': the AppHost does not know what {project} is built to. Reference that project in the AppHost's project file.");
        return File.Exists(dll)
            ? (ProgramPath.DotNet, [dll], Path.GetDirectoryName(project)!)
            : throw new DistributedApplicationException($"'{resource.Name}' is not built: {dll} is missing. Build it and read its errors: dotnet build {project}");
    }

    private static (string Program, List<string> Arguments, string Folder) Executable(ExecutableResource executable) =>
        ProgramPath.Find(executable.Command, executable.WorkingDirectory) is { } program
            ? (program, [], executable.WorkingDirectory)
            : throw new DistributedApplicationException($"'{executable.Name}' needs the program '{executable.Command}', which is not on PATH. Install it, or add its folder to PATH.");

    private static async Task<Dictionary<string, string>> EnvironmentAsync(ResourceInstance instance, DashboardSettings? dashboard, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        var context = new EnvironmentCallbackContext(execution, resource, cancellationToken: cancellationToken);
        if (resource is ProjectResource)
        {
            if (resource.Annotations.OfType<LaunchProfile>().SingleOrDefault() is { } profile)
            {
                context.EnvironmentVariables["DOTNET_LAUNCH_PROFILE"] = profile.Name;
                foreach (var (name, value) in profile.Environment)
                {
                    context.EnvironmentVariables[name] = value;
                }
            }

            var urls = resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https")
                .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.UriScheme}://localhost:{instance.TargetPorts[e.Name]}"))
                .ToList();
            if (urls.Count > 0)
            {
                context.EnvironmentVariables["ASPNETCORE_URLS"] = string.Join(';', urls);
            }

            context.EnvironmentVariables["OTEL_SERVICE_NAME"] = resource.Name;
            context.EnvironmentVariables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instance.Id}";
            context.EnvironmentVariables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
            foreach (var (name, value) in dashboard?.ServiceEnvironment ?? [])
            {
                context.EnvironmentVariables[name] = value;
            }
        }

        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            values[name] = await TextAsync(value, cancellationToken).ConfigureAwait(false);
        }

        return values;
    }

    /// <summary>What any process of the app inherits from the AppHost.</summary>
    public static Dictionary<string, string> Inherited() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(e => !NotInherited.Contains((string)e.Key, StringComparer.OrdinalIgnoreCase))
        .ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);

    private static async ValueTask<string> TextAsync(object value, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
