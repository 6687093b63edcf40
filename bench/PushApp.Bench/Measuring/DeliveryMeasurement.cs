using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Measuring;

/// <summary>Starts a server, opens the streams, warms up, measures, ends it: one sample from processes that nothing else has used.</summary>
internal static class DeliveryMeasurement
{
    // 30 events to 1,000 connections are 30,000 passes of the hot path, which is compiled for speed after 30; and background compilation has one core too.
    private const int MinWarmUpEvents = 30;
    private const int MinEvents = 20;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(30);

    public static async Task<DeliverySample> RunAsync(
        Target target, TargetSettings settings, int connections, int inFlight, TimeSpan warmUp, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var running = await target.StartAsync(settings, cancellationToken);
        using var load = target.CreateLoad(connections, settings.PayloadSize);
        OpenStreams(running, load, connections, cancellationToken);

        // The same clients, code paths and sizes: what is measured has been compiled for real by then.
        load.Run(warmUp, MinWarmUpEvents, inFlight, running.Publish, cancellationToken);

        var before = running.Read();
        var phase = load.Run(duration, MinEvents, inFlight, running.Publish, cancellationToken);
        var after = running.Read();

        var server = (after.ServerCpu - before.ServerCpu) / 1000.0;
        return new DeliverySample
        {
            DeliveriesPerSecond = phase.Deliveries / phase.ElapsedSeconds,
            ServerMicrosecondsPerDelivery = server / phase.Deliveries,
            LoadMicrosecondsPerDelivery = phase.CpuNanoseconds / 1000.0 / phase.Deliveries,
            AllocatedBytesPerDelivery = (after.Figures.AllocatedBytes - before.Figures.AllocatedBytes) / (double)phase.Deliveries,
            ServerMicrosecondsPerEvent = server / phase.Events,
            BrokerMicrosecondsPerEvent = (after.BrokerCpu - before.BrokerCpu) / 1000.0 / phase.Events,
            PublisherMicrosecondsPerEvent = (after.PublisherCpu - before.PublisherCpu) / 1000.0 / phase.Events,
            MedianCompletionMilliseconds = phase.CompletionPercentile(50),
            SlowCompletionMilliseconds = phase.CompletionPercentile(99),
            ServerBusyPercent = server / 1e4 / phase.ElapsedSeconds,
            LoadBusyPercent = phase.CpuNanoseconds / 1e7 / phase.ElapsedSeconds,
            Events = phase.Events,
        };
    }

    /// <summary>Opens the streams and waits until the server counts them all: an event published before that would miss some.</summary>
    public static void OpenStreams(RunningTarget running, StreamLoad load, int connections, CancellationToken cancellationToken)
    {
        load.Open(running.EndPoint, OpenTimeout, cancellationToken);
        for (var waited = TimeSpan.Zero; running.ServerFigures().Connections < connections; waited += TimeSpan.FromMilliseconds(100))
        {
            if (waited > JoinTimeout)
            {
                throw new BenchFailureException($"The server counts {running.ServerFigures().Connections} of {connections} streams after {JoinTimeout.TotalSeconds:0} s.");
            }

            load.Idle(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }
}
