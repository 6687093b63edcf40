using Microsoft.Extensions.Hosting;
using PushApp.Push.Hub;

namespace PushApp.Push.Hosting;

/// <summary>Ends the streams as soon as the host begins to stop: the server waits for open requests, and streams would keep it waiting for ever.</summary>
internal sealed class StreamDrain(ChannelHub hub, IHostApplicationLifetime lifetime) : IHostedService
{
    private CancellationTokenRegistration _stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = lifetime.ApplicationStopping.Register(hub.Drain);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await _stopping.DisposeAsync().ConfigureAwait(false);
}
