using PushApp.Bench.Load;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Measuring;

/// <summary>How long events take at a rate that every server can bear, also when some clients read nothing.</summary>
internal static class LatencyMeasurement
{
    private const int MinWarmUpEvents = 30;
    private static readonly TimeSpan FullSpeed = TimeSpan.FromSeconds(8);

    public static async Task<LatencySample> RunAsync(
        Target target, TargetSettings settings, int connections, double deliveriesPerSecond, int deafPercent, TimeSpan warmUp, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var running = await target.StartAsync(settings, cancellationToken);
        using var load = target.CreateLoad(new(connections, settings.PayloadSize));
        DeliveryMeasurement.OpenStreams(running, load, connections, cancellationToken);

        // As fast as it goes, so that its compiler learns what is in use; then as it is measured, since the compiler waits for a pause to do its work.
        load.Run(FullSpeed, MinWarmUpEvents, inFlight: 1, running.Publish, cancellationToken);
        load.RunAtRate(warmUp, deliveriesPerSecond / connections, new LatencyHistogram(), running.Publish, cancellationToken);
        load.Deafen(connections * deafPercent / 100);

        var latencies = new LatencyHistogram();
        var before = running.Read();
        var phase = load.RunAtRate(duration, deliveriesPerSecond / connections, latencies, running.Publish, cancellationToken);
        var server = (running.Read().ServerCpu - before.ServerCpu) / 1000.0;
        return new LatencySample
        {
            MedianMilliseconds = latencies.Percentile(50),
            SlowMilliseconds = latencies.Percentile(99),
            SlowestMilliseconds = latencies.Percentile(99.9),
            ServerMicrosecondsPerDelivery = server / phase.Deliveries,
            ServerBusyPercent = server / 1e4 / phase.ElapsedSeconds,
            DeliveriesPerSecond = phase.Deliveries / phase.ElapsedSeconds,
        };
    }
}
