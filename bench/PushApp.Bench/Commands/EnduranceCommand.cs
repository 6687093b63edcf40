using System.Diagnostics;
using PushApp.Bench.CommandLine;
using PushApp.Bench.Endurance;
using PushApp.Bench.Processes;
using PushApp.Bench.Report;
using PushApp.Push;

namespace PushApp.Bench.Commands;

/// <summary>Millions of events through the embedded broker: does it keep what it acknowledged, in bounded memory and on a bounded disk?</summary>
internal static class EnduranceCommand
{
    // What grows without bound grows by far more than this between the second and the last quarter of the run.
    private const double AllowedGrowth = 1.25;

    // A short run is all beginning.
    private const int EventsToJudgeGrowth = 1_000_000;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    public static BenchCommand Command { get; } = new(
        "endurance",
        "2 million events through Garnet: quiet channels intact, memory and disk bounded.",
        [
            new("--events", "number", "Events to busy channels. 1000 to 100000000. Default 2000000."),
            new("--channels", "number", "Busy channels. 1 to 10000. Default 100."),
            new("--quiet", "number", "Quiet channels, half of them published to at the beginning only. 2 to 10000. Default 200."),
            new("--publishers", "number", "Publishes under way at once. 1 to 1000. Default 64."),
            new("--acknowledge", "mode", "disk (as the AppHost runs it) or memory. Default disk."),
            new("--minutes", "number", "The run fails when it takes longer. 1 to 600. Default 60."),
            CommonSwitches.Payload, CommonSwitches.Broker,
            new("--output", "file", "The Markdown file to write. Default docs/broker-endurance.md of this repository."),
            CommonSwitches.NoOutput,
        ],
        RunAsync);

    private static readonly string[] Modes = ["disk", "memory"];

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var settings = new EnduranceSettings(
            arguments.Number("--events", 2_000_000, 1000, 100_000_000),
            arguments.Number("--channels", 100, 1, 10_000),
            arguments.Number("--quiet", 200, 2, 10_000),
            arguments.Number("--publishers", 64, 1, 1000),
            CommonSwitches.ReadPayload(arguments),
            TimeSpan.FromMinutes(arguments.Number("--minutes", 60, 1, 600)));
        var kind = CommonSwitches.ReadBroker(arguments);
        var mode = arguments.Names("--acknowledge", ["disk"], Modes)[0];

        await using var broker = await BrokerProcess.StartAsync(kind, core: null, durable: mode == "disk", cancellationToken);
        var version = await broker.VersionAsync();
        await using var client = await PushClient.StartAsync(
            broker.ConnectionString,
            push =>
            {
                push.Acknowledge = mode == "disk" ? AcknowledgeMode.Disk : AcknowledgeMode.Memory;
                push.History.MaxEvents = EnduranceRun.Kept;
            },
            cancellationToken);

        var run = new EnduranceRun(settings, client.Publisher, client.History);
        var printAt = TimeSpan.Zero;
        var sampler = new BrokerSampler(broker, () => run.Published, sample =>
        {
            if (sample.At >= printAt)
            {
                printAt = sample.At + ProgressInterval;
                Console.WriteLine(
                    $"{sample.At:mm\\:ss}  {Figure.Whole(sample.Published),10} of {Figure.Whole(settings.Events)}  memory {Figure.Mebibytes(sample.ResidentBytes),7} MiB (peak {Figure.Mebibytes(sample.PeakResidentBytes)})  disk {Figure.Mebibytes(sample.DiskBytes),7} MiB");
            }
        });
        using (var stopSampling = new CancellationTokenSource())
        {
            var sampling = sampler.RunAsync(stopSampling.Token);
            try
            {
                await run.PublishAsync(cancellationToken);
            }
            finally
            {
                await stopSampling.CancelAsync();
                await sampling;
            }
        }

        var faults = await run.FindFaultsAsync(cancellationToken);
        await broker.KillAsync();
        var killed = Stopwatch.GetTimestamp();
        await broker.StartAsync(cancellationToken);
        var recovery = Stopwatch.GetElapsedTime(killed);

        // Without disk there is nothing that must come back.
        IReadOnlyList<string> faultsAfterKill = mode == "disk" ? await run.FindFaultsAsync(cancellationToken) : [];

        var memoryGrowth = Growth(sampler, sample => sample.ResidentBytes);
        var diskGrowth = Growth(sampler, sample => sample.DiskBytes);
        var isBounded = settings.Events < EventsToJudgeGrowth || (memoryGrowth <= AllowedGrowth && diskGrowth <= AllowedGrowth);
        var held = faults.Count == 0 && faultsAfterKill.Count == 0 && isBounded;
        var switches = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"--events {settings.Events} --channels {settings.BusyChannels} --quiet {settings.QuietChannels} --publishers {settings.Publishers} --acknowledge {mode} --payload {settings.PayloadSize} --broker {(kind == BrokerKind.Garnet ? "garnet" : "redis")}");

        var text = $"""
            **{(held ? "Held" : "Did not hold")}**: {Figure.Whole(run.Published)} events to {Figure.Whole(settings.BusyChannels)} busy channels in {run.Elapsed.TotalMinutes:0.0} minutes ({Figure.Whole(run.Published / run.Elapsed.TotalSeconds)} a second; a publish took {Figure.Tenths(run.MedianMilliseconds)} ms in the median, {Figure.Tenths(run.SlowMilliseconds)} ms at the 99th percentile), each acknowledged {(mode == "disk" ? "on disk" : "in memory")}.

            | what | outcome |
            | --- | --- |
            | every log: {Figure.Whole(settings.QuietChannels)} quiet channels and {Figure.Whole(settings.BusyChannels)} busy ones, each event's position and data | {Describe(faults)} |
            | the same after SIGKILL and a new start ({recovery.TotalSeconds:0.0} s until it answered) | {(mode == "disk" ? Describe(faultsAfterKill) : "not asked of memory")} |
            | resident memory, peak | {Figure.Mebibytes(sampler.Samples.Max(sample => sample.PeakResidentBytes))} MiB; last quarter's peak {Figure.Hundredths(memoryGrowth)} × the second's (at most {AllowedGrowth} allowed) |
            | disk, peak | {Figure.Mebibytes(sampler.Samples.Max(sample => sample.DiskBytes))} MiB; last quarter's peak {Figure.Hundredths(diskGrowth)} × the second's (at most {AllowedGrowth} allowed) |

            Half of the quiet channels were published to three times at the beginning and never again; the others at every {Figure.Whole(settings.Events / EnduranceSettings.Intervals)} events too. {settings.Publishers} publishes were under way at once; logs keep {Figure.Whole(EnduranceRun.Kept)} events.

            {MachineFacts.Describe(version)}

                dotnet run -c Release --project bench/PushApp.Bench -- endurance {switches}

            Over time:

            {Timeline(sampler)}
            """;
        Console.WriteLine(text);
        CommonSwitches.WriteDocument(arguments, "broker-endurance.md", "The broker's endurance", "endurance", text);
        return held ? 0 : 1;
    }

    private static double Growth(BrokerSampler sampler, Func<BrokerSample, long> figure) =>
        sampler.Peak(0.75, 1, figure) / (double)Math.Max(1, sampler.Peak(0.25, 0.5, figure));

    private static string Describe(IReadOnlyList<string> faults) =>
        faults.Count == 0 ? "intact" : $"**{faults.Count} channels wrong**, such as: {string.Join("; ", faults.Take(3))}";

    private static MarkdownTable Timeline(BrokerSampler sampler)
    {
        const int rows = 20;
        var table = new MarkdownTable("at", "events published", "memory MiB", "peak memory MiB", "disk MiB", "peak disk MiB");
        var samples = sampler.Samples;
        long peakDisk = 0;
        var shown = 0;
        for (var i = 0; i < samples.Count; i++)
        {
            peakDisk = Math.Max(peakDisk, samples[i].DiskBytes);
            if (i == samples.Count - 1 || i >= shown * (samples.Count - 1.0) / rows)
            {
                shown++;
                table.Add(
                    samples[i].At.ToString("mm\\:ss", System.Globalization.CultureInfo.InvariantCulture),
                    Figure.Whole(samples[i].Published),
                    Figure.Mebibytes(samples[i].ResidentBytes),
                    Figure.Mebibytes(samples[i].PeakResidentBytes),
                    Figure.Mebibytes(samples[i].DiskBytes),
                    Figure.Mebibytes(peakDisk));
            }
        }

        return table;
    }
}
