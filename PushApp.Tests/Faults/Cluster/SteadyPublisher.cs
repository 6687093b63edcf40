using System.Globalization;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Faults.Cluster;

/// <summary>Publishes the numbers from 0 on, one after the other, as fast as they are acknowledged.</summary>
internal sealed class SteadyPublisher : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _running;
    private int _count;

    public SteadyPublisher(IPushPublisher publisher, ChannelName channel) => _running = RunAsync(publisher, channel);

    /// <summary>How many were acknowledged.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Waits until so many were acknowledged.</summary>
    public Task ReachAsync(int count) => Until.TrueAsync(
        () => Count >= count || (_running.IsFaulted ? throw _running.Exception : false), $"{count} events are published", TimeSpan.FromSeconds(60));

    /// <returns>How many were acknowledged, all of which must arrive.</returns>
    public async Task<int> StopAsync()
    {
        await _stopped.CancelAsync();
        await _running;
        return Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }

    private async Task RunAsync(IPushPublisher publisher, ChannelName channel)
    {
        while (!_stopped.IsCancellationRequested)
        {
            await publisher.PublishAsync(channel, "number", Count.ToString(CultureInfo.InvariantCulture));
            Interlocked.Increment(ref _count);
        }
    }
}
