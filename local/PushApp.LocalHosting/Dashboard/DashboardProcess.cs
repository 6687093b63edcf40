using System.Globalization;
using Aspire.Hosting;
using PushApp.LocalHosting.Engine;
using PushApp.LocalHosting.Processes;

namespace PushApp.LocalHosting.Dashboard;

/// <summary>The dashboard, a process of its own, and the service that tells it of resources.</summary>
internal sealed class DashboardProcess : IAsyncDisposable
{
    // What the dashboard writes when its pages can be opened.
    private const string Ready = "dashboard ready";

    private readonly ResourceService _service;
    private readonly ChildProcess _process;
    private readonly Task _watch;

    private DashboardProcess(ResourceService service, ChildProcess process, Task watch) => (_service, _process, _watch) = (service, process, watch);

    /// <exception cref="DistributedApplicationException">A port is in use, or it is not built.</exception>
    public static async Task<DashboardProcess> StartAsync(DashboardSettings settings, string? program, string appHostDirectory, ResourceService service, ConsoleLog console)
    {
        settings.CheckPorts(Path.Combine(appHostDirectory, "Properties", "launchSettings.json"));
        if (program is null || !File.Exists(program))
        {
            throw new DistributedApplicationException("PushApp.Dashboard is not built. Build it and read its errors: dotnet build local/PushApp.Dashboard");
        }

        await service.StartAsync(settings).ConfigureAwait(false);
        var process = ChildProcess.Start(ProgramPath.DotNet, [program], Path.GetDirectoryName(program)!, Environment(settings), (line, _) =>
        {
            if (line == Ready)
            {
                console.Text($"Login to the dashboard at {settings.LoginUrl}");
            }
            else
            {
                console.Line("dashboard", line);
            }
        });
        return new DashboardProcess(service, process, WatchAsync(process, console));
    }

    /// <summary>Ends it, after everything that it shows has ended.</summary>
    public async Task StopAsync(TimeSpan patience, CancellationToken hurry)
    {
        await _process.StopAsync(patience, hurry).ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);

    private static Dictionary<string, string> Environment(DashboardSettings settings)
    {
        // It has its own addresses and keys, sends no telemetry, and must not take the AppHost's settings for its own.
        var environment = LaunchPlan.Inherited();
        foreach (var name in environment.Keys.Where(k => k.StartsWith("OTEL_", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }

        environment["DOTNET_ENVIRONMENT"] = environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        environment["Dashboard__FrontendUrl"] = DashboardSettings.Text(settings.Frontend);
        environment["Dashboard__OtlpGrpcUrl"] = settings.OtlpGrpc is null ? "" : DashboardSettings.Text(settings.OtlpGrpc);
        environment["Dashboard__OtlpHttpUrl"] = settings.OtlpHttp is null ? "" : DashboardSettings.Text(settings.OtlpHttp);
        environment["Dashboard__ResourceServiceUrl"] = DashboardSettings.Text(settings.ResourceService);
        environment["Dashboard__BrowserToken"] = settings.BrowserToken;
        environment["Dashboard__OtlpApiKey"] = settings.OtlpKey;
        environment["Dashboard__ResourceServiceApiKey"] = settings.ResourceServiceKey;
        return environment;
    }

    private static async Task WatchAsync(ChildProcess process, ConsoleLog console)
    {
        var exitCode = await process.Ended.ConfigureAwait(false);
        if (!process.StopRequested)
        {
            console.Error(string.Create(CultureInfo.InvariantCulture, $"The dashboard has ended with exit code {exitCode}; the app runs on without it."));
        }
    }
}
