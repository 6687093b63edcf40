using Microsoft.Extensions.Hosting;

namespace PushApp.LocalHosting.Engine;

/// <summary>In tests, signals are the test runner's.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
