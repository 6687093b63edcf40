using Microsoft.AspNetCore.SignalR;
using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>Sends to the group from a process that serves nobody, by the backplane.</summary>
internal static class SignalRPublisher
{
    public static async Task<int> RunAsync(int payloadSize, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        SignalRServer.AddSignalR(builder.Services);
        using var host = builder.Build();
        var hub = host.Services.GetRequiredService<IHubContext<SignalRServer.GroupOfAll>>();
        long published = 0;
        string? fault = null;

        using var control = new ControlListener(
            () => _ = SendAsync(++published),
            () => new ServerFigures(Published: published, Fault: fault));
        new ReadyLine(0, control.Port).Write();
        await BenchHost.WaitForEndOfInputAsync(cancellationToken);
        return 0;

        async Task SendAsync(long number)
        {
            try
            {
                await hub.Clients.Group(SignalRServer.Group).SendAsync(Payload.EventName, Payload.Create(number, payloadSize), cancellationToken);
            }
            catch (Exception exception)
            {
                // Told to whoever asks for the figures; the run fails with it.
                fault = exception.Message;
            }
        }
    }
}
