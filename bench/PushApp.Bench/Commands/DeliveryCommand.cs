using System.Globalization;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Deliveries per second and CPU per delivery, each server beside the others in one run.</summary>
internal static class DeliveryCommand
{
    /// <summary>With one stream, what is measured is what an event costs before it is fanned out.</summary>
    public const int PathOnly = 1;

    // Thousands of events go to one stream in this time.
    private static readonly TimeSpan PathDuration = TimeSpan.FromSeconds(2);

    private static readonly int[] DefaultConnections = [1000, 5000];

    public static BenchCommand For(Suite suite) => new(
        suite.DeliveryCommand,
        $"Deliveries per second and server CPU per delivery over {suite.Title}, beside peers.",
        [
            new("--connections", "numbers", "Streams, separated by commas. 2 to 100000 each. Default 1000,5000."),
            new("--in-flight", "number", "Events on their way at once. 1 to 64. Default 1: the next when all have the previous."),
            new("--seconds", "number", "Length of one measurement. 1 to 60. Default 4."),
            new("--warm-up", "number", "Seconds before each measurement. 1 to 60. Default 2."),
            CommonSwitches.Targets(suite), CommonSwitches.Rounds, CommonSwitches.Payload, CommonSwitches.Broker,
            CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        (arguments, cancellationToken) => RunAsync(suite, arguments, cancellationToken));

    public static async Task<int> RunAsync(Suite suite, Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "3"), ("--seconds", "2"), ("--warm-up", "1")) : given;
        var targets = CommonSwitches.ReadTargets(suite, arguments);
        var connections = arguments.Numbers("--connections", DefaultConnections, PathOnly + 1, 100_000);
        var inFlight = arguments.Number("--in-flight", 1, 1, 64);
        var rounds = arguments.Number("--rounds", 5, 1, 50);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 4, 1, 60));
        var warmUp = TimeSpan.FromSeconds(arguments.Number("--warm-up", 2, 1, 60));
        var settings = await CommonSwitches.PinAsync(arguments, targets, cancellationToken);
        using var floor = settings.Floor;

        var samples = new Dictionary<(Target, int), List<DeliverySample>>();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var count in (int[])[PathOnly, .. connections])
            {
                foreach (var target in targets.Where(target => count != PathOnly || target.UsesBroker))
                {
                    var sample = await DeliveryMeasurement.RunAsync(
                        target, settings, count, inFlight, warmUp, count == PathOnly && duration > PathDuration ? PathDuration : duration, cancellationToken);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}/{rounds}  {count,6} connections  {target.Name,-16} {sample.DeliveriesPerSecond,9:N0}/s  server {sample.ServerMicrosecondsPerDelivery,6:N2} µs  load {sample.LoadMicrosecondsPerDelivery,5:N2} µs  {sample.Events} events, each verified"));
                    (samples.TryGetValue((target, count), out var list) ? list : samples[(target, count)] = []).Add(sample);
                }
            }
        }

        var medians = samples.ToDictionary(pair => pair.Key, pair => DeliverySample.Median(pair.Value));
        var text = await DeliveryReport.CreateAsync(suite, medians, targets, connections, settings, inFlight, rounds, duration, warmUp, cancellationToken);
        Console.WriteLine();
        Console.WriteLine(text);
        CommonSwitches.WriteDocument(arguments, "performance.md", "Performance", inFlight == 1 ? suite.DeliveryCommand : $"{suite.DeliveryCommand}-{inFlight}-in-flight", text);
        return 0;
    }
}
