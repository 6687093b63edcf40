using PushApp.Bench.CommandLine;
using PushApp.Bench.Measuring;
using PushApp.Bench.Processes;
using PushApp.Bench.Report;

namespace PushApp.Bench.Commands;

/// <summary>What publishing costs: with the log and without, acknowledged in memory and on disk, alone and many at once, on both brokers.</summary>
internal static class PublishCommand
{
    private static readonly int[] DefaultInFlight = [1, 64];

    public static BenchCommand Command { get; } = new(
        "publish",
        "Throughput and latency of publishing: logged and not, in memory and on disk, on Garnet and redis-server.",
        [
            new("--in-flight", "numbers", "Publishes under way at once, separated by commas. 1 to 1024 each. Default 1,64."),
            new("--seconds", "number", "Length of one measurement. 1 to 60. Default 4."),
            CommonSwitches.WarmUp, CommonSwitches.Payload, CommonSwitches.Rounds, CommonSwitches.Quick, CommonSwitches.Output, CommonSwitches.NoOutput,
        ],
        RunAsync);

    private static async Task<int> RunAsync(Arguments given, CancellationToken cancellationToken)
    {
        var arguments = given.Has("--quick") ? given.WithDefaults(("--rounds", "1"), ("--seconds", "2"), ("--warm-up", "2")) : given;
        var inFlight = arguments.Numbers("--in-flight", DefaultInFlight, 1, 1024);
        var duration = CommonSwitches.ReadSeconds(arguments, "--seconds", 4);
        var warmUp = CommonSwitches.ReadSeconds(arguments, "--warm-up", 2);
        var rounds = arguments.Number("--rounds", 5, 1, 50);
        var settings = await CommonSwitches.PinAsync(arguments, CommonSwitches.ReadPayload(arguments), [], cancellationToken);
        var brokers = Enum.GetValues<BrokerKind>().Where(BrokerProcess.IsInstalled).ToArray();
        if (!brokers.Contains(BrokerKind.Redis))
        {
            Console.Error.WriteLine("redis-server is not on PATH: it is left out.");
        }

        var samples = await Rounds.RunAsync(
            rounds,
            [.. from broker in brokers from way in Enum.GetValues<PublishWay>() from count in inFlight select new PublishCase(broker, way, count)],
            item => PublishMeasurement.RunAsync(item, settings, warmUp, duration, cancellationToken),
            static (item, sample) => $"{item.Broker,-6} {item.Way,-14} {item.InFlight,4} in flight {sample.PerSecond,7:N0}/s  p50 {sample.MedianMilliseconds,6:N2} ms  p99 {sample.SlowMilliseconds,6:N2} ms");

        var table = new MarkdownTable("broker", "acknowledged when", "in flight", "publishes/s", "p50 ms", "p99 ms", "broker CPU µs/publish", "publisher CPU µs/publish");
        foreach (var (item, list) in samples)
        {
            var median = PublishSample.Median(list);
            table.Add(
                item.Broker == BrokerKind.Garnet ? "Garnet" : "redis-server",
                Describe(item.Way),
                Figure.Whole(item.InFlight),
                Figure.Whole(median.PerSecond),
                Figure.Hundredths(median.MedianMilliseconds),
                Figure.Hundredths(median.SlowMilliseconds),
                Figure.Tenths(median.BrokerMicroseconds),
                Figure.Tenths(median.PublisherMicroseconds));
        }

        var versions = new List<string>();
        foreach (var broker in brokers)
        {
            versions.Add(await Versions.BrokerAsync(broker, settings.LoadCore, cancellationToken));
        }

        CommonSwitches.WriteSection(
            arguments,
            "publish",
            $"Publishing {settings.PayloadSize} bytes to one channel by `IPushPublisher`, {duration.TotalSeconds:0} s after {warmUp.TotalSeconds:0} s of warm-up, with one subscriber. The broker has a core to itself; publisher and subscriber share another. Every event was verified: it arrived once, as it was published, and the log counts as many as were acknowledged. Medians of {rounds} interleaved round{(rounds == 1 ? "" : "s")}, each with processes of its own.",
            MachineFacts.Describe([.. versions, Versions.Client]),
            $"--in-flight {string.Join(',', inFlight)} --payload {settings.PayloadSize} --seconds {duration.TotalSeconds} --warm-up {warmUp.TotalSeconds} --rounds {rounds}",
            table.ToString());
        return 0;
    }

    private static string Describe(PublishWay way) => way switch
    {
        PublishWay.NotLogged => "sent; not logged",
        PublishWay.LoggedInMemory => "logged in memory",
        _ => "logged on disk",
    };
}
