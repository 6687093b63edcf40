using System.Diagnostics;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Everybody connects at once, as after a node or a proxy has been started again: how long until all are served, and what an opening costs.</summary>
internal static class StormCommand
{
    // So that what is measured has been compiled.
    private const int WarmUpConnections = 1000;

    public static BenchCommand For(Suite suite) => new(
        suite.Named("storm"),
        $"Time until all of many connections over {suite.Title} are served, beside peers.",
        [new("--connections", "number", "Streams. 100 to 100000. Default 10000."), .. CommonSwitches.OfComparison(suite)],
        (arguments, cancellationToken) => RunAsync(suite, arguments, cancellationToken));

    private static async Task<int> RunAsync(Suite suite, Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "3")) : given;
        var connections = arguments.Number("--connections", 10_000, 100, 100_000);

        // Pushpin answers some of so many at once with 502.
        using var comparison = await Comparison.BeginAsync(
            suite, arguments, cancellationToken, takesPart: static target => target.Name != SseTargets.PushpinName);
        var samples = await comparison.MeasureAsync(
            [connections],
            (target, count) => MeasureAsync(target, comparison.Settings, count, cancellationToken),
            static (count, sample) => $"{count,6} connections  served after {sample.Seconds,6:N2} s, server {sample.Microseconds,7:N1} µs each");

        var table = new MarkdownTable("who serves", "all served after, s", "openings/s", "server CPU µs/opening");
        foreach (var target in comparison.Targets)
        {
            var seconds = Statistics.Median(samples[(target, connections)], sample => sample.Seconds);
            table.Add(
                target.Title,
                Figure.Hundredths(seconds),
                Figure.Whole(connections / seconds),
                Figure.Tenths(Statistics.Median(samples[(target, connections)], sample => sample.Microseconds)));
        }

        await comparison.WriteAsync(
            suite.Named("storm"),
            $"{Figure.Whole(connections)} clients over {suite.Title} that connect at once, 200 of them under way at a time: until each has the head of its stream and the server counts them all. {Figure.Whole(WarmUpConnections)} others had come and gone before.",
            $"--connections {connections}",
            table.ToString(),
            cancellationToken);
        return 0;
    }

    private static async Task<(double Seconds, double Microseconds)> MeasureAsync(Target target, TargetSettings settings, int connections, CancellationToken cancellationToken)
    {
        await using var running = await target.StartAsync(settings, cancellationToken);
        using (var before = target.CreateLoad(new(WarmUpConnections, settings.PayloadSize)))
        {
            DeliveryMeasurement.OpenStreams(running, before, WarmUpConnections, cancellationToken);
        }

        await IdleMeasurement.WaitForEmptyAsync(running, cancellationToken);
        using var load = target.CreateLoad(new(connections, settings.PayloadSize));
        var cpu = running.ServerCpu();
        var start = Stopwatch.GetTimestamp();
        DeliveryMeasurement.OpenStreams(running, load, connections, cancellationToken);
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (running.ServerCpu() - cpu) / 1000.0 / connections);
    }
}
