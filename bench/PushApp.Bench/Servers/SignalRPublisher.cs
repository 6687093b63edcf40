using Microsoft.AspNetCore.SignalR;
using PushApp.Bench.Load;
using PushApp.Bench.Processes;

namespace PushApp.Bench.Servers;

/// <summary>Sends to the group, or to users, from a process that serves nobody, by the backplane.</summary>
internal static class SignalRPublisher
{
    public static async Task<int> RunAsync(ServeSettings settings, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        SignalRServer.AddSignalR(builder.Services);
        using var host = builder.Build();
        var clients = host.Services.GetRequiredService<IHubContext<SignalRServer.BenchHub>>().Clients;
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
                var receiver = settings.Recipients is { } recipients ? clients.User(recipients.NameOf(number)) : clients.Group(SignalRServer.Group);
                await receiver.SendAsync(Payload.EventName, settings.Data(number), cancellationToken);
            }
            catch (Exception exception)
            {
                // Told to whoever asks for the figures; the run fails with it.
                fault = exception.Message;
            }
        }
    }
}
