using System.Globalization;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>From publish to received at a fixed rate, each server beside the others in one run; and whether clients that do not read slow the others down.</summary>
internal static class LatencyCommand
{
    private static readonly int[] AllRead = [0];

    public static BenchCommand For(Suite suite) => new(
        suite.LatencyCommand,
        $"Publish to received over {suite.Title} at a fixed rate, beside peers.",
        [
            new("--connections", "number", "Streams. 2 to 100000. Default 5000."),
            new("--rate", "number", "Deliveries per second, all streams together. 100 to 1000000. Default 50000."),
            new("--deaf", "numbers", "How many of a hundred clients read nothing, separated by commas: each is a row. 0 to 50. Default 0."),
            new("--seconds", "number", "Length of one measurement. 1 to 60. Default 8."),
            new("--warm-up", "number", "Seconds before each measurement. 1 to 60. Default 2."),
            CommonSwitches.Targets(suite), CommonSwitches.Rounds, CommonSwitches.Payload, CommonSwitches.Broker,
            CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        (arguments, cancellationToken) => RunAsync(suite, arguments, cancellationToken));

    private static async Task<int> RunAsync(Suite suite, Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "3"), ("--seconds", "4"), ("--warm-up", "1")) : given;
        var targets = CommonSwitches.ReadTargets(suite, arguments);
        var connections = arguments.Number("--connections", 5000, 2, 100_000);
        var rate = arguments.Number("--rate", 50_000, 100, 1_000_000);
        var deaf = arguments.Numbers("--deaf", AllRead, 0, 50);
        var rounds = arguments.Number("--rounds", 5, 1, 50);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 8, 1, 60));
        var warmUp = TimeSpan.FromSeconds(arguments.Number("--warm-up", 2, 1, 60));
        var settings = await CommonSwitches.PinAsync(arguments, targets, cancellationToken);
        using var floor = settings.Floor;

        var samples = new Dictionary<(Target, int), List<LatencySample>>();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var target in targets)
            {
                foreach (var percent in deaf)
                {
                    var sample = await LatencyMeasurement.RunAsync(target, settings, connections, rate, percent, warmUp, duration, cancellationToken);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}/{rounds}  {connections,6} connections, {percent} % deaf  {target.Name,-16} p50 {sample.MedianMilliseconds,7:N2} ms  p99 {sample.SlowMilliseconds,7:N2} ms  p99.9 {sample.SlowestMilliseconds,7:N2} ms  {sample.DeliveriesPerSecond,7:N0}/s"));
                    (samples.TryGetValue((target, percent), out var list) ? list : samples[(target, percent)] = []).Add(sample);
                }
            }
        }

        var table = new MarkdownTable("who writes", "read nothing", "p50 ms", "p99 ms", "p99.9 ms", "deliveries/s", "server busy", "server CPU µs/delivery");
        foreach (var target in targets)
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

        var text = $"""
            From an event's publish until a connection had it, over all events and connections: {Figure.Whole(connections)} connections over {suite.Title}, {settings.PayloadSize} bytes of data, {Figure.Whole(rate)} deliveries per second whether or not the ones before have arrived. Clients that read nothing are not counted. Medians of {rounds} interleaved rounds of {duration.TotalSeconds:0} s.

            {await MachineFacts.DescribeAsync(targets, settings, cancellationToken)}

                dotnet run -c Release --project bench/PushApp.Bench -- {suite.LatencyCommand} --connections {connections} --rate {rate} --deaf {string.Join(',', deaf)} --payload {settings.PayloadSize} --rounds {rounds} --seconds {duration.TotalSeconds} --warm-up {warmUp.TotalSeconds} {settings.Switches(targets)}

            {table}
            """;
        Console.WriteLine();
        Console.WriteLine(text);
        CommonSwitches.WriteDocument(arguments, "performance.md", "Performance", deaf is [0] ? suite.LatencyCommand : $"{suite.LatencyCommand}-deaf", text);
        return 0;
    }
}
