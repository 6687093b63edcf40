using System.Diagnostics;

namespace PushApp.Bench.Load;

/// <summary>What one phase of load came to.</summary>
/// <param name="Events">Events published and received by everyone they were for.</param>
/// <param name="Deliveries">Events times those who received them; each was verified.</param>
/// <param name="ElapsedSeconds">From the first publish until the last connection had the last event.</param>
/// <param name="CpuNanoseconds">What the load generator's own thread spent.</param>
/// <param name="Completions">Each event's way, in the order of the events.</param>
internal sealed record LoadPhase(
    long Events, long Deliveries, double ElapsedSeconds, long CpuNanoseconds, IReadOnlyList<Completion> Completions)
{
    /// <summary>Milliseconds from publish until the last connection had the event, which so many percent of the events did not exceed; 0 without events.</summary>
    public IReadOnlyList<double> CompletionPercentiles(params ReadOnlySpan<double> percentiles)
    {
        var sorted = Completions.Select(completion => completion.Milliseconds).Order().ToArray();
        var values = new double[percentiles.Length];
        for (var i = 0; i < values.Length && sorted.Length > 0; i++)
        {
            values[i] = sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * percentiles[i] / 100))];
        }

        return values;
    }
}

/// <summary>When an event was published and when the last of those it was for had it, as <see cref="Stopwatch.GetTimestamp"/> counts.</summary>
internal readonly record struct Completion(long PublishedAt, long CompletedAt)
{
    public double Milliseconds => Stopwatch.GetElapsedTime(PublishedAt, CompletedAt).TotalMilliseconds;
}
