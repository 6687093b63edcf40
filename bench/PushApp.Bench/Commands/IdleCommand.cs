using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Memory per idle stream, and what resting costs.</summary>
internal static class IdleCommand
{
    public static BenchCommand For(Suite suite) => new(
        suite.Named("idle"),
        $"Process memory per idle connection over {suite.Title}, and CPU at rest.",
        [
            new("--connections", "number", "Streams. 100 to 100000. Default 10000."),
            new("--seconds", "number", "How long they rest: longer than a heartbeat's 15 s. 1 to 300. Default 20."),
            .. CommonSwitches.OfComparison(suite),
        ],
        (arguments, cancellationToken) => RunAsync(suite, arguments, cancellationToken));

    private static async Task<int> RunAsync(Suite suite, Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "1"), ("--seconds", "16")) : given;
        var connections = arguments.Number("--connections", 10_000, 100, 100_000);
        var rest = CommonSwitches.ReadSeconds(arguments, "--seconds", 20, 300);

        // Pushpin, as its package configures it, closes some of so many streams while nothing is published.
        using var comparison = await Comparison.BeginAsync(
            suite, arguments, cancellationToken, defaultRounds: 3, takesPart: static target => target.Name != SseTargets.PushpinName);
        var samples = await comparison.MeasureAsync(
            [connections],
            (target, count) => IdleMeasurement.RunAsync(target, comparison.Settings, count, rest, cancellationToken),
            static (count, sample) => $"{count,6} idle  {sample.ResidentBytes / 1024,6:N2} KiB each, collected {sample.CollectedResidentBytes / 1024,6:N2}, live {sample.HeapBytes / 1024,6:N2}, at rest {sample.RestPermille,5:N2} ‰ of a core, left behind {sample.LeftResidentBytes / 1024,6:N2}, live {sample.LeftHeapBytes / 1024,6:N2}");

        var table = new MarkdownTable("who writes", "KiB per connection", "after a full collection", "live heap KiB", "CPU at rest, ‰ of a core", "KiB left when all have gone", "live heap KiB then");
        foreach (var target in comparison.Targets)
        {
            var median = IdleSample.Median(samples[(target, connections)]);
            table.Add(
                target.Title,
                Figure.Hundredths(median.ResidentBytes / 1024),
                Figure.Hundredths(median.CollectedResidentBytes / 1024),
                target.Runtime == Runtime.Native ? "" : Figure.Hundredths(median.HeapBytes / 1024),
                Figure.Tenths(median.RestPermille),
                Figure.Hundredths(median.LeftResidentBytes / 1024),
                target.Runtime == Runtime.Native ? "" : Figure.Hundredths(median.LeftHeapBytes / 1024));
        }

        await comparison.WriteAsync(
            suite.Named("idle"),
            $"{Figure.Whole(connections)} idle connections over {suite.Title}: growth of the server process' resident memory per connection, as it stands after {rest.TotalSeconds:0} s of rest, and after a full collection; the kernel's socket memory is not in it and is the same for all. The last two: what is left of that growth, per connection that there was, 15 s after all have gone and a full collection.",
            $"--connections {connections} --seconds {rest.TotalSeconds}",
            table.ToString(),
            cancellationToken);
        return 0;
    }
}
