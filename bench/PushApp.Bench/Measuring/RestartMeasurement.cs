using System.Diagnostics;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Processes;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Measuring;

/// <summary>Stops the broker and starts it again while events go on to many open streams.</summary>
internal static class RestartMeasurement
{
    private const int WarmUpEvents = 10;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);

    public static async Task<RestartSample> RunAsync(
        Target target, TargetSettings settings, int connections, double eventsPerSecond, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var running = await target.StartAsync(settings with { Durable = true }, cancellationToken);
        using var load = target.CreateLoad(new(connections, settings.PayloadSize));
        DeliveryMeasurement.OpenStreams(running, load, connections, cancellationToken);
        load.Run(WarmUp, WarmUpEvents, inFlight: 1, running.Publish, cancellationToken);

        // Beside the load, which keeps this thread.
        var restart = Task.Run(() => RestartAsync(running.Broker!, cancellationToken), cancellationToken);
        var phase = load.RunAtRate(duration, eventsPerSecond, new LatencyHistogram(), running.Publish, cancellationToken);
        var (stoppedAt, answeredAt) = await restart;
        if (phase.Completions[^1].PublishedAt < answeredAt)
        {
            throw new BenchFailureException($"The broker was away for longer than events were published; publish for more than {duration.TotalSeconds:0} s (--seconds).");
        }

        // Says whether a publish failed.
        _ = running.Read();
        return RestartSample.From(phase.Completions, stoppedAt, answeredAt);
    }

    private static async Task<(long StoppedAt, long AnsweredAt)> RestartAsync(BrokerProcess broker, CancellationToken cancellationToken)
    {
        await Task.Delay(Before, cancellationToken);
        var stoppedAt = Stopwatch.GetTimestamp();
        await broker.StopAsync();
        await broker.StartAsync(cancellationToken);
        return (stoppedAt, Stopwatch.GetTimestamp());
    }
}
