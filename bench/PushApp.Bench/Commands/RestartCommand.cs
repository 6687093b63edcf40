using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>The broker restarts while events go on: nobody may lose any, and how soon everybody is live again.</summary>
internal static class RestartCommand
{
    public static BenchCommand For(Suite suite) => new(
        suite.Named("restart"),
        $"The broker restarts while events go on to many connections over {suite.Title}: that nothing is lost, and how soon all are live again.",
        [
            new("--connections", "number", "Streams. 100 to 100000. Default 10000."),
            new("--rate", "number", "Events per second. 1 to 100. Default 4."),
            new("--seconds", "number", "How long events are published; the broker stops after 2. 5 to 300. Default 15."),
            CommonSwitches.Payload, .. CommonSwitches.OfComparison(suite),
        ],
        (arguments, cancellationToken) => RunAsync(suite, arguments, cancellationToken));

    private static async Task<int> RunAsync(Suite suite, Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "1"), ("--connections", "2000")) : given;
        var connections = arguments.Number("--connections", 10_000, 100, 100_000);
        var rate = arguments.Number("--rate", 4, 1, 100);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 15, 5, 300));
        using var comparison = await Comparison.BeginAsync(suite, arguments, cancellationToken, defaultRounds: 3, takesPart: static target => target.KeepsLog);
        var samples = await comparison.MeasureAsync(
            [connections],
            (target, count) => RestartMeasurement.RunAsync(target, comparison.Settings, count, rate, duration, cancellationToken),
            static (count, sample) => $"{count,6} connections  broker away {sample.AwaySeconds,5:N2} s, all live again {sample.CatchUpSeconds,5:N2} s later; {sample.Events} events, each verified");

        var table = new MarkdownTable("who writes", "connections", "events", "broker away, s", "events meanwhile", "all live again after it answers, s", "after its stop, s");
        foreach (var target in comparison.Targets)
        {
            var median = RestartSample.Median(samples[(target, connections)]);
            table.Add(
                target.Title,
                Figure.Whole(connections),
                Figure.Whole(median.Events),
                Figure.Hundredths(median.AwaySeconds),
                Figure.Whole(median.Meanwhile),
                Figure.Hundredths(median.CatchUpSeconds),
                Figure.Hundredths(median.AwaySeconds + median.CatchUpSeconds));
        }

        await comparison.WriteAsync(
            suite.Named("restart"),
            $"{Figure.Whole(connections)} connections over {suite.Title} and {rate} events a second; after 2 s the broker is stopped and started again on its data, and the publisher repeats what is not acknowledged on disk. The connections stay open. *Live again* is when every connection has every event that was published until the broker answered. Every client's events were verified: none lost, none doubled, in order, no `push.reset`.",
            $"--connections {connections} --rate {rate} --seconds {duration.TotalSeconds} --payload {comparison.Settings.PayloadSize}",
            table.ToString(),
            cancellationToken);
        return 0;
    }
}
