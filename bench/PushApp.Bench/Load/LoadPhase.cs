namespace PushApp.Bench.Load;

/// <summary>What one phase of load came to.</summary>
/// <param name="Events">Events published and received by every connection.</param>
/// <param name="Deliveries">Events times connections; each was verified.</param>
/// <param name="ElapsedSeconds">From the first publish until the last connection had the last event.</param>
/// <param name="CpuNanoseconds">What the load generator's own thread spent.</param>
/// <param name="CompletionMilliseconds">For each event, from its publish until the last connection had it; ascending.</param>
internal sealed record LoadPhase(
    long Events, long Deliveries, double ElapsedSeconds, long CpuNanoseconds, IReadOnlyList<double> CompletionMilliseconds)
{
    public double CompletionPercentile(double percentile) => CompletionMilliseconds.Count == 0
        ? 0
        : CompletionMilliseconds[Math.Min(CompletionMilliseconds.Count - 1, (int)(CompletionMilliseconds.Count * percentile / 100))];
}
