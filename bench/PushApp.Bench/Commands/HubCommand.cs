using PushApp.Bench.CommandLine;
using PushApp.Bench.Hub;
using PushApp.Bench.Load;
using PushApp.Bench.Measuring;
using PushApp.Bench.Native;
using PushApp.Bench.Report;

namespace PushApp.Bench.Commands;

/// <summary>The hub alone, for whoever changes its hot path: quiet enough to see a few nanoseconds.</summary>
internal static class HubCommand
{
    public static BenchCommand Command { get; } = new(
        "hub",
        "Nanoseconds and bytes per delivery of PushApp's fan-out loop alone: no Kestrel, no kernel.",
        [
            new("--connections", "number", "Connections of the loop. 10 to 100000. Default 5000."),
            new("--events", "number", "Events per round. 1 to 100000. Default 200."),
            new("--rounds", "number", "Rounds; medians are shown. 1 to 200. Default 15."),
            CommonSwitches.Payload, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        RunAsync);

    private static Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var connections = arguments.Number("--connections", 5000, 10, 100_000);
        var events = arguments.Number("--events", 200, 1, 100_000);
        var rounds = arguments.Number("--rounds", 15, 1, 200);
        var payload = arguments.Number("--payload", 120, Payload.MinSize, Payload.MaxSize);
        CpuAffinity.PinThisProcess(CpuAffinity.Available[0]);

        using var measurement = new HubMeasurement(connections, payload);
        measurement.Run(events);
        var samples = new List<HubSample>();
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            samples.Add(measurement.Run(events));
        }

        var table = new MarkdownTable("connections", "CPU ns/delivery", "lowest", "allocated B/delivery", "bytes written/delivery");
        table.Add(
            Figure.Whole(connections),
            Figure.Whole(Statistics.Median([.. samples.Select(sample => sample.Nanoseconds)])),
            Figure.Whole(samples.Min(sample => sample.Nanoseconds)),
            Figure.Hundredths(Statistics.Median([.. samples.Select(sample => sample.AllocatedBytes)])),
            Figure.Whole(samples[0].FrameBytes));
        CommonSwitches.WriteSection(
            arguments,
            "hub",
            $"PushApp's fan-out loop alone: one loop, one channel, writers that discard, {payload} bytes of data, one event in flight. Encoding each event once is in it, Kestrel and the kernel are not. Medians of {rounds} rounds of {events} events.",
            MachineFacts.Describe(),
            $"--connections {connections} --events {events} --rounds {rounds} --payload {payload}",
            table.ToString());
        return Task.FromResult(0);
    }
}
