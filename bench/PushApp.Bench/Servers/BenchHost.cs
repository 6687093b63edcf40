using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>An ordinary ASP.NET Core app on a free port of loopback, as quiet as a production service, that ends when its standard input does.</summary>
internal static class BenchHost
{
    /// <param name="port">Where it listens; 0 for a free one.</param>
    public static WebApplicationBuilder CreateBuilder(int port = 0)
    {
        // No files, no user secrets, no launch profile: the same on every machine.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production, Args = [] });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        return builder;
    }

    public static async Task<int> RunAsync(WebApplication app, ControlListener control, CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        new ReadyLine(new Uri(address).Port, control.Port).Write();
        await WaitForEndOfInputAsync(cancellationToken);
        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    /// <summary>Whoever started this process holds its standard input open, and the system closes it even when that one is killed.</summary>
    public static async Task WaitForEndOfInputAsync(CancellationToken cancellationToken)
    {
        while (await Console.In.ReadLineAsync(cancellationToken) is not null)
        {
        }
    }
}
