using System.Text.RegularExpressions;

namespace PushApp.Tests.Infrastructure;

/// <summary>The AppHost as a process, as people start it, with every process that comes of it.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private readonly TempFolder _data = new("apphost");
    private readonly MarkedProcesses _marked = new();
    private readonly ChildProcess _first;

    // What dotnet run takes from the AppHost's launch profile; the ports are replaced by free ones.
    private static Dictionary<string, string?> LaunchProfile => new()
    {
        ["ASPNETCORE_URLS"] = "http://localhost:15080",
        ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:15081",
        ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = "http://localhost:15082",
    };

    private AppHostProcess(bool dotnetRun, string[] settings, string? path = null, Dictionary<string, string?>? variables = null)
    {
        string[] arguments = [$"--PushApp:DataDirectory={_data.Path}", .. settings];
        var folder = BuiltProject.Folder("PushApp.AppHost");
        var environment = _marked.Environment;
        if (path is not null)
        {
            environment["PATH"] = path;
        }

        foreach (var (name, value) in variables ?? [])
        {
            environment[name] = value;
        }

        _first = dotnetRun
            ? ChildProcess.Start(ChildProcess.DotNet, ["run", "--no-build", "--project", folder, "--", .. arguments], folder, environment)
            : ChildProcess.Start(ChildProcess.DotNet, [BuiltProject.Dll("PushApp.AppHost"), .. arguments], folder, environment);
    }

    /// <summary>What was started: the AppHost, or the <c>dotnet run</c> above it.</summary>
    public ChildProcess First => _first;

    public IReadOnlyDictionary<int, string> Alive => _marked.Alive();

    /// <summary>Starts it on free ports with the embedded broker, and waits until broker, worker, both web replicas and the dashboard run.</summary>
    public static async Task<AppHostProcess> StartAsync(bool dotnetRun)
    {
        Prerequisite.Linux("processes are counted in /proc.");
        var host = new AppHostProcess(dotnetRun, ["--PushApp:Broker=embedded", "--DcpPublisher:RandomizePorts=true"], variables: LaunchProfile);
        await Until.TrueAsync(
            () => host._first.HasExited || (host.Count("PushApp.Web.dll") == 2 && host.Count("PushApp.ImportWorker.dll") == 1 && host.Count("PushApp.Broker.dll") == 1 && host.Count("PushApp.Dashboard.dll") == 1),
            "the app runs",
            TimeSpan.FromMinutes(3));
        Assert.False(host._first.HasExited, host._first.Output);
        return host;
    }

    /// <summary>The link that it printed.</summary>
    public string LoginLink => Regex.Match(_first.Output, @"Login to the dashboard at (\S+)").Groups[1].Value;

    /// <summary>Where the site is, by the table that it printed.</summary>
    public Uri WebAddress => new(Regex.Match(_first.Output, @"web-1 .*(http://localhost:\d+)").Groups[1].Value);

    /// <summary>Starts it on free ports with the embedded broker and the dashboard, as its launch profile would, and waits until it has printed where all of it is. On a busy machine it may not be healthy yet.</summary>
    public static async Task<AppHostProcess> StartWithDashboardAsync()
    {
        Prerequisite.Linux("processes are counted in /proc.");
        var host = new AppHostProcess(dotnetRun: false, ["--PushApp:Broker=embedded", "--DcpPublisher:RandomizePorts=true", "--environment=Development"], variables: LaunchProfile);
        await Until.TrueAsync(() => host._first.HasExited || (host.LoginLink.Length > 0 && host._first.Output.Contains("The app is ", StringComparison.Ordinal)), "the app has told where it and its dashboard are", TimeSpan.FromMinutes(3));
        Assert.False(host._first.HasExited, host._first.Output);
        return host;
    }

    /// <summary>Starts it and waits for its end.</summary>
    public static Task<AppHostProcess> RunAsync(params string[] settings) => RunWithPathAsync(path: null, settings);

    /// <summary>Starts it with a PATH of its own and waits for its end.</summary>
    public static async Task<AppHostProcess> RunWithPathAsync(string? path, params string[] settings)
    {
        var host = new AppHostProcess(dotnetRun: false, settings, path);
        await host._first.WaitForExitAsync(TimeSpan.FromMinutes(2));
        return host;
    }

    public Task NothingLeftAsync() => Until.TrueAsync(() => Alive.Count == 0, $"no process of the app is left", TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await NothingLeftAsync();
        _data.Dispose();
    }

    // Watchdogs carry the command line of what they watch; they are shells.
    private int Count(string program) => Alive.Values.Count(c => c.Contains(program, StringComparison.Ordinal) && !c.StartsWith("/bin/sh", StringComparison.Ordinal));
}
