using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>From publish to received at a fixed rate, each server beside the others in one run; and whether clients that do not read slow the others down.</summary>
internal static class LatencyCommand
{
    public static BenchCommand For(Suite suite) => Create(suite, "latency", $"Publish to received over {suite.Title} at a fixed rate, beside peers.", [0]);

    /// <summary>The same with one client in a hundred that reads nothing, beside none.</summary>
    public static BenchCommand WithDeafFor(Suite suite) => Create(suite, "deaf", $"The same over {suite.Title} while one client in a hundred reads nothing.", [0, 1]);

    private static BenchCommand Create(Suite suite, string name, string summary, IReadOnlyList<int> defaultDeaf) => new(
        suite.Named(name),
        summary,
        [
            new("--connections", "number", "Streams. 2 to 100000. Default 5000."),
            new("--rate", "number", "Deliveries per second, all streams together. 100 to 1000000. Default 50000."),
            new("--deaf", "numbers", $"How many of a hundred clients read nothing, separated by commas: each is a row. 0 to 50. Default {string.Join(',', defaultDeaf)}."),
            new("--seconds", "number", "Length of one measurement. 1 to 60. Default 8."),
            new("--warm-up", "number", "Seconds at the same rate before each measurement, after eight at full speed. 1 to 60. Default 8."),
            CommonSwitches.Payload, .. CommonSwitches.OfComparison(suite),
        ],
        (arguments, cancellationToken) => RunAsync(suite, name, arguments, defaultDeaf, cancellationToken));

    private static async Task<int> RunAsync(Suite suite, string name, Arguments given, IReadOnlyList<int> defaultDeaf, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "3"), ("--seconds", "4"), ("--warm-up", "2")) : given;
        var connections = arguments.Number("--connections", 5000, 2, 100_000);
        var rate = arguments.Number("--rate", 50_000, 100, 1_000_000);
        var deaf = arguments.Numbers("--deaf", defaultDeaf, 0, 50);
        var duration = CommonSwitches.ReadSeconds(arguments, "--seconds", 8);
        var warmUp = CommonSwitches.ReadSeconds(arguments, "--warm-up", 8);
        using var comparison = await Comparison.BeginAsync(suite, arguments, cancellationToken);
        var samples = await comparison.MeasureAsync(
            deaf,
            (target, percent) => LatencyMeasurement.RunAsync(target, comparison.Settings, connections, rate, percent, warmUp, duration, cancellationToken),
            (percent, sample) => $"{connections,6} connections, {percent} % deaf  p50 {sample.MedianMilliseconds,7:N2} ms  p99 {sample.SlowMilliseconds,7:N2} ms  p99.9 {sample.SlowestMilliseconds,7:N2} ms  {sample.DeliveriesPerSecond,7:N0}/s");

        var table = new MarkdownTable("who writes", "read nothing", "p50 ms", "p99 ms", "p99.9 ms", "deliveries/s", "server busy", "server CPU µs/delivery");
        foreach (var target in comparison.Targets)
        {
            foreach (var percent in deaf)
            {
                var median = LatencySample.Median(samples[(target, percent)]);
                table.Add(
                    target.Title,
                    percent + " %",
                    Figure.Hundredths(median.MedianMilliseconds),
                    Figure.Hundredths(median.SlowMilliseconds),
                    Figure.Hundredths(median.SlowestMilliseconds),
                    Figure.Whole(median.DeliveriesPerSecond),
                    Figure.Whole(median.ServerBusyPercent) + " %",
                    Figure.Hundredths(median.ServerMicrosecondsPerDelivery));
            }
        }

        await comparison.WriteAsync(
            suite.Named(name),
            $"From an event's publish until a connection had it, over all events and connections: {Figure.Whole(connections)} connections over {suite.Title}, {comparison.Settings.PayloadSize} bytes of data, {Figure.Whole(rate)} deliveries per second for {duration.TotalSeconds:0} s whether or not the ones before have arrived, after {warmUp.TotalSeconds:0} s of the same. Clients that read nothing are not counted.",
            $"--connections {connections} --rate {rate} --deaf {string.Join(',', deaf)} --payload {comparison.Settings.PayloadSize} --seconds {duration.TotalSeconds} --warm-up {warmUp.TotalSeconds}",
            table.ToString(),
            cancellationToken);
        return 0;
    }
}
