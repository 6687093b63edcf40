using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Native;
using PushApp.Bench.Servers;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Redis;
using PushApp.Push.Sse;
using PushApp.Push.Telemetry;

namespace PushApp.Bench.Hub;

/// <summary>One fan-out loop with many connections whose writers discard: the library's own share of a delivery, without Kestrel and without the kernel.</summary>
internal sealed class HubMeasurement : IDisposable
{
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly PushMetrics _metrics;
    private readonly FanOutLoop _loop;
    private readonly HubChannel _channel;
    private readonly DiscardingWriter[] _writers;
    private readonly int _payloadSize;
    private long _sequence;

    public HubMeasurement(int connections, int payloadSize)
    {
        _payloadSize = payloadSize;
        _metrics = new PushMetrics(_services.GetRequiredService<IMeterFactory>());
        var options = new StreamOptions();
        _loop = new FanOutLoop(0, options, _metrics, TimeProvider.System, NullLogger.Instance);

        // Never started, so it asks no broker for anything.
        var redis = new RedisConnection(_services, new ConfigurationBuilder().Build());
        _channel = new HubChannel(
            ChannelName.Broadcast, redis, log: null!, new RedisKeys("bench"), [_loop], _metrics, TimeProvider.System, NullLogger.Instance);
        _ = _loop.RunAsync(_stop.Token);
        _channel.Begin(default);
        _writers = new DiscardingWriter[connections];
        for (var i = 0; i < connections; i++)
        {
            _writers[i] = new DiscardingWriter();
            var connection = new SseConnection(_loop, PushPrincipal.Anonymous, "127.0.0.1", DateTimeOffset.UtcNow, options, cursorIsUnknown: false) { Writer = _writers[i] };
            connection.Subscriptions = [new Subscription(connection, _channel)];
            _loop.Post(LoopItem.Join(connection));
        }

        Wait(() => _loop.ConnectionCount == connections && _writers[^1].Flushes > 0);
    }

    /// <summary>Delivers events, each when the one before is out, and says what a delivery cost.</summary>
    public HubSample Run(int events)
    {
        var cpu = CpuClock.OfProcess(Environment.ProcessId);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var bytes = _writers[^1].Bytes;
        long created = 0;
        for (var i = 0; i < events; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var item = HubInjector.Create(_channel, ++_sequence, _payloadSize);
            created += GC.GetAllocatedBytesForCurrentThread() - before;
            var flushes = _writers[^1].Flushes;
            _loop.Post(LoopItem.Deliver(item, _channel.Loops[0].Period));
            Wait(() => _writers[^1].Flushes > flushes);
        }

        var deliveries = (double)events * _writers.Length;
        return new HubSample(
            (CpuClock.OfProcess(Environment.ProcessId) - cpu) / deliveries,
            (GC.GetTotalAllocatedBytes(precise: true) - allocated - created) / deliveries,
            (_writers[^1].Bytes - bytes) / (double)events);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _channel.Dispose();
        _metrics.Dispose();
        _services.Dispose();
        _stop.Dispose();
    }

    private static void Wait(Func<bool> condition)
    {
        if (!SpinWait.SpinUntil(condition, StepTimeout))
        {
            throw new BenchFailureException($"The hub did not do its step within {StepTimeout.TotalSeconds:0} s.");
        }
    }
}

/// <summary>What one delivery cost, on average.</summary>
internal sealed record HubSample(double Nanoseconds, double AllocatedBytes, double FrameBytes);
