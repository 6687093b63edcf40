using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Processes;
using PushApp.Bench.Report;

namespace PushApp.Bench.Commands;

/// <summary>What PushApp's transport costs requests that are no streams, beside Kestrel's own, by a public load tool.</summary>
internal static class RequestsCommand
{
    private static readonly int[] DefaultConnections = [16, 256];
    private static readonly bool[] Transports = [false, true];

    public static BenchCommand Command { get; } = new(
        "requests",
        "Ordinary requests over PushApp's transport and over Kestrel's own, by wrk.",
        [
            new("--connections", "numbers", "Connections that are kept busy, separated by commas. 1 to 10000 each. Default 16,256."),
            new("--seconds", "number", "Length of one measurement. 1 to 60. Default 4."),
            new("--warm-up", "number", "Seconds before each measurement. 1 to 60. Default 6."),
            CommonSwitches.Rounds, CommonSwitches.Broker, CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        RunAsync);

    private static async Task<int> RunAsync(Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "3"), ("--seconds", "2"), ("--warm-up", "2")) : given;
        var connections = arguments.Numbers("--connections", DefaultConnections, 1, 10_000);
        var duration = CommonSwitches.ReadSeconds(arguments, "--seconds", 4);
        var warmUp = CommonSwitches.ReadSeconds(arguments, "--warm-up", 6);
        var rounds = arguments.Number("--rounds", 5, 1, 50);
        var settings = await CommonSwitches.PinAsync(arguments, Load.Payload.MinSize, [], cancellationToken);
        var version = await Wrk.VersionAsync(cancellationToken);
        var samples = await Rounds.RunAsync(
            rounds,
            [.. from count in connections from own in Transports select (Connections: count, IsPushApps: own)],
            item => RequestMeasurement.RunAsync(settings with { KestrelTransport = !item.IsPushApps }, item.Connections, warmUp, duration, cancellationToken),
            static (item, sample) => $"{(item.IsPushApps ? "PushApp's" : "Kestrel's"),-9} {item.Connections,5} connections {sample.PerSecond,9:N0}/s  server {sample.ServerMicroseconds,6:N2} µs  p99 {sample.SlowMilliseconds,6:N2} ms");

        var table = new MarkdownTable("transport", "connections", "requests/s", "server CPU µs/request", "× Kestrel's", "p50 ms", "p99 ms", "server busy");
        foreach (var (item, list) in samples)
        {
            var median = RequestSample.Median(list);
            var kestrels = RequestSample.Median(samples[item with { IsPushApps = false }]);
            table.Add(
                item.IsPushApps ? "PushApp's" : "Kestrel's own (`Push:Transport:HandOver` = `false`)",
                Figure.Whole(item.Connections),
                Figure.Whole(median.PerSecond),
                Figure.Hundredths(median.ServerMicroseconds),
                Figure.Hundredths(median.ServerMicroseconds / kestrels.ServerMicroseconds),
                Figure.Hundredths(median.MedianMilliseconds),
                Figure.Hundredths(median.SlowMilliseconds),
                Figure.Whole(median.ServerBusyPercent) + " %");
        }

        CommonSwitches.WriteSection(
            arguments,
            "requests",
            $"`GET` of 13 bytes from a node with `AddPush` and no stream open, by `wrk -t1 -c<connections> -d{duration.TotalSeconds:0}s --latency` after {warmUp.TotalSeconds:0} s of the same. The server has a core to itself, wrk another. Every answer was a success. Medians of {rounds} interleaved round{(rounds == 1 ? "" : "s")}, each with processes of its own.",
            MachineFacts.Describe([version]),
            $"--connections {string.Join(',', connections)} --seconds {duration.TotalSeconds} --warm-up {warmUp.TotalSeconds} --rounds {rounds}",
            table.ToString());
        return 0;
    }
}
