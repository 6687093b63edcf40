using System.Diagnostics;
using PushApp.Bench.Processes;
using PushApp.Bench.Targets;

namespace PushApp.Bench.Measuring;

/// <summary>What an ordinary request costs a node that has PushApp.</summary>
internal static class RequestMeasurement
{
    public static async Task<RequestSample> RunAsync(TargetSettings settings, int connections, TimeSpan warmUp, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var running = await SseTargets.StartPushAppHubAsync(settings, cancellationToken);
        var address = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", running.EndPoints[0].Port, "/hello").Uri;
        await Wrk.RunAsync(address, connections, warmUp, cancellationToken);
        var (cpu, started) = (running.ServerCpu(), Stopwatch.GetTimestamp());
        var report = await Wrk.RunAsync(address, connections, duration, cancellationToken);
        var (took, spent) = (Stopwatch.GetElapsedTime(started), running.ServerCpu() - cpu);
        return new RequestSample(
            report.Requests / duration.TotalSeconds, spent / 1000.0 / report.Requests, report.MedianMilliseconds, report.SlowMilliseconds, spent / 1e7 / took.TotalSeconds);
    }
}

/// <summary>One round of ordinary requests.</summary>
/// <param name="PerSecond">Answered requests a second.</param>
/// <param name="ServerMicroseconds">CPU of the server per request.</param>
/// <param name="MedianMilliseconds">From a request to its answer.</param>
/// <param name="SlowMilliseconds">The same, 99 of 100.</param>
/// <param name="ServerBusyPercent">How much of its core the server used.</param>
internal sealed record RequestSample(double PerSecond, double ServerMicroseconds, double MedianMilliseconds, double SlowMilliseconds, double ServerBusyPercent)
{
    /// <summary>The median of each figure by itself.</summary>
    public static RequestSample Median(IReadOnlyList<RequestSample> samples)
    {
        return new RequestSample(
            Of(sample => sample.PerSecond), Of(sample => sample.ServerMicroseconds), Of(sample => sample.MedianMilliseconds), Of(sample => sample.SlowMilliseconds), Of(sample => sample.ServerBusyPercent));

        double Of(Func<RequestSample, double> figure) => Statistics.Median(samples, figure);
    }
}
