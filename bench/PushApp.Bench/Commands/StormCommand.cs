using System.Diagnostics;
using System.Globalization;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Native;
using PushApp.Bench.Report;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Commands;

/// <summary>Everybody connects at once, as after a node or a proxy has been started again: how long until all are served, and what an opening costs.</summary>
internal static class StormCommand
{
    // So that what is measured has been compiled.
    private const int WarmUpConnections = 1000;

    public static BenchCommand For(Suite suite) => new(
        suite.StormCommand,
        $"Time until all of many connections over {suite.Title} are served, beside peers.",
        [
            new("--connections", "number", "Streams. 100 to 100000. Default 10000."),
            CommonSwitches.Targets(suite), CommonSwitches.Rounds, CommonSwitches.Broker, CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        (arguments, cancellationToken) => RunAsync(suite, arguments, cancellationToken));

    private static async Task<int> RunAsync(Suite suite, Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "3")) : given;
        var targets = CommonSwitches.ReadTargets(suite, arguments);
        var connections = arguments.Number("--connections", 10_000, 100, 100_000);
        var rounds = arguments.Number("--rounds", 5, 1, 50);
        var settings = await CommonSwitches.PinAsync(arguments, targets, cancellationToken);
        using var floor = settings.Floor;

        var samples = targets.ToDictionary(target => target, _ => new List<(double Seconds, double Microseconds)>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var target in targets)
            {
                var sample = await MeasureAsync(target, settings, connections, cancellationToken);
                samples[target].Add(sample);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}/{rounds}  {connections,6} connections  {target.Name,-16} served after {sample.Seconds,6:N2} s, server {sample.Microseconds,7:N1} µs each"));
            }
        }

        var table = new MarkdownTable("who serves", "all served after, s", "openings/s", "server CPU µs/opening");
        foreach (var target in targets)
        {
            var seconds = Statistics.Median([.. samples[target].Select(sample => sample.Seconds)]);
            table.Add(
                target.Title, Figure.Hundredths(seconds), Figure.Whole(connections / seconds), Figure.Tenths(Statistics.Median([.. samples[target].Select(sample => sample.Microseconds)])));
        }

        var text = $"""
            {Figure.Whole(connections)} clients over {suite.Title} that connect at once, 200 of them under way at a time: until each has the head of its stream and the server counts them all. {Figure.Whole(WarmUpConnections)} others had come and gone before. Medians of {rounds} interleaved rounds.

            {await MachineFacts.DescribeAsync(targets, settings, cancellationToken)}

                dotnet run -c Release --project bench/PushApp.Bench -- {suite.StormCommand} --connections {connections} --rounds {rounds} {settings.Switches(targets)}

            {table}
            """;
        Console.WriteLine();
        Console.WriteLine(text);
        CommonSwitches.WriteDocument(arguments, "performance.md", "Performance", suite.StormCommand, text);
        return 0;
    }

    private static async Task<(double Seconds, double Microseconds)> MeasureAsync(Target target, TargetSettings settings, int connections, CancellationToken cancellationToken)
    {
        await using var running = await target.StartAsync(settings, cancellationToken);
        using (var before = target.CreateLoad(WarmUpConnections, settings.PayloadSize))
        {
            DeliveryMeasurement.OpenStreams(running, before, WarmUpConnections, cancellationToken);
        }

        await IdleMeasurement.WaitForEmptyAsync(running, cancellationToken);
        using var load = target.CreateLoad(connections, settings.PayloadSize);
        var cpu = CpuClock.OfProcess(running.ServerId);
        var start = Stopwatch.GetTimestamp();
        DeliveryMeasurement.OpenStreams(running, load, connections, cancellationToken);
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (CpuClock.OfProcess(running.ServerId) - cpu) / 1000.0 / connections);
    }
}
