using System.Globalization;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Memory per idle stream, and what resting costs.</summary>
internal static class IdleCommand
{
    public static BenchCommand For(Suite suite) => new(
        suite.IdleCommand,
        $"Process memory per idle connection over {suite.Title}, and CPU at rest.",
        [
            new("--connections", "number", "Streams. 100 to 100000. Default 10000."),
            new("--seconds", "number", "How long they rest: longer than a heartbeat's 15 s. 1 to 300. Default 20."),
            CommonSwitches.Targets(suite),
            new("--rounds", "number", "Rounds, interleaved; medians are shown. 1 to 50. Default 3."),
            CommonSwitches.Broker, CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        (arguments, cancellationToken) => RunAsync(suite, arguments, cancellationToken));

    public static async Task<int> RunAsync(Suite suite, Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "1"), ("--seconds", "16")) : given;
        var targets = CommonSwitches.ReadTargets(suite, arguments);
        var connections = arguments.Number("--connections", 10_000, 100, 100_000);
        var rounds = arguments.Number("--rounds", 3, 1, 50);
        var rest = TimeSpan.FromSeconds(arguments.Number("--seconds", 20, 1, 300));
        var settings = await CommonSwitches.PinAsync(arguments, targets, cancellationToken);
        using var floor = settings.Floor;

        var samples = targets.ToDictionary(target => target, _ => new List<IdleSample>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var target in targets)
            {
                var sample = await IdleMeasurement.RunAsync(target, settings, connections, rest, cancellationToken);
                samples[target].Add(sample);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}/{rounds}  {connections,6} idle  {target.Name,-16} {sample.ResidentBytes / 1024,6:N2} KiB each, collected {sample.CollectedResidentBytes / 1024,6:N2}, live {sample.HeapBytes / 1024,6:N2}, at rest {sample.RestPermille,5:N2} ‰ of a core, left behind {sample.LeftResidentBytes / 1024,6:N2}, live {sample.LeftHeapBytes / 1024,6:N2}"));
            }
        }

        var table = new MarkdownTable("who writes", "KiB per connection", "after a full collection", "live heap KiB", "CPU at rest, ‰ of a core", "KiB left when all have gone", "live heap KiB then");
        foreach (var target in targets)
        {
            var median = IdleSample.Median(samples[target]);
            table.Add(
                target.Title,
                Figure.Hundredths(median.ResidentBytes / 1024),
                Figure.Hundredths(median.CollectedResidentBytes / 1024),
                target.Runtime == Runtime.Native ? "" : Figure.Hundredths(median.HeapBytes / 1024),
                Figure.Tenths(median.RestPermille),
                Figure.Hundredths(median.LeftResidentBytes / 1024),
                target.Runtime == Runtime.Native ? "" : Figure.Hundredths(median.LeftHeapBytes / 1024));
        }

        var text = $"""
            {Figure.Whole(connections)} idle connections over {suite.Title}: growth of the server process' resident memory per connection, as it stands after {rest.TotalSeconds:0} s of rest, and after a full collection; the kernel's socket memory is not in it and is the same for all. The last two: what is left of that growth, per connection that there was, 15 s after all have gone and a full collection. Medians of {rounds} rounds.

            {await MachineFacts.DescribeAsync(targets, settings, cancellationToken)}

                dotnet run -c Release --project bench/PushApp.Bench -- {suite.IdleCommand} --connections {connections} --seconds {rest.TotalSeconds} --rounds {rounds} {settings.Switches(targets)}

            {table}
            """;
        Console.WriteLine();
        Console.WriteLine(text);
        CommonSwitches.WriteDocument(arguments, "performance.md", "Performance", suite.IdleCommand, text);
        return 0;
    }
}
