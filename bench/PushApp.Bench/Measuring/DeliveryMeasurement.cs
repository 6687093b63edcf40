using PushApp.Bench.CommandLine;
using PushApp.Bench.Load;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Measuring;

/// <summary>Starts a server, opens the streams, warms up, measures, ends it: samples from processes that nothing else has used.</summary>
internal static class DeliveryMeasurement
{
    // 30 events to 1,000 connections are 30,000 passes of the hot path, which is compiled for speed after 30; and background compilation has one core too.
    public const int WarmUpEvents = 30;

    // What is compiled before it runs, and what has been measured once, is warm sooner than what .NET compiles anew while it runs.
    private const int ShorterWarmUp = 4;

    private const int MinEvents = 20;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Measures one server.</summary>
    /// <param name="target">Which.</param>
    /// <param name="settings">How it is started.</param>
    /// <param name="connections">Streams, all nodes together.</param>
    /// <param name="inFlight">Events on their way at once: one sample for each of these.</param>
    /// <param name="warmUp">Before the first sample of a server on .NET; a quarter of it before its other samples, and before those of other servers.</param>
    /// <param name="warmUpEvents">So many at least, before each sample.</param>
    /// <param name="duration">Of each sample.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<DeliverySample>> RunAsync(
        Target target, TargetSettings settings, int connections, IReadOnlyList<int> inFlight, TimeSpan warmUp, int warmUpEvents, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var running = await target.StartAsync(settings, cancellationToken);
        using var load = target.CreateLoad(new(connections, settings.PayloadSize, settings.Users > 0 ? new Recipients(settings.Users) : null));
        OpenStreams(running, load, connections, cancellationToken);
        var samples = new List<DeliverySample>();
        foreach (var count in inFlight)
        {
            // The same clients, code paths and sizes: what is measured has been compiled for real by then.
            var isWarm = samples.Count > 0 || target.Runtime != Runtime.DotNet;
            load.Run(isWarm ? Shorter(warmUp) : warmUp, warmUpEvents, count, running.Publish, cancellationToken);

            var before = running.Read();
            var phase = load.Run(duration, MinEvents, count, running.Publish, cancellationToken);
            samples.Add(DeliverySample.From(phase, before, running.Read()));
        }

        return samples;
    }

    /// <summary>The warm-up of what is warm sooner.</summary>
    public static TimeSpan Shorter(TimeSpan warmUp) => warmUp / ShorterWarmUp;

    /// <summary>Opens the streams and waits until the server counts them all: an event published before that would miss some.</summary>
    public static void OpenStreams(RunningTarget running, StreamLoad load, int connections, CancellationToken cancellationToken)
    {
        load.Open(running.EndPoints, OpenTimeout, cancellationToken);
        for (var waited = TimeSpan.Zero; running.ServerFigures().Connections < connections; waited += TimeSpan.FromMilliseconds(100))
        {
            if (waited > JoinTimeout)
            {
                throw new BenchFailureException($"The server counts {running.ServerFigures().Connections} of {connections} streams after {JoinTimeout.TotalSeconds:0} s.");
            }

            load.Idle(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }
}
