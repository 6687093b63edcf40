namespace PushApp.Push.Inspection;

/// <summary>Counts durations in buckets that grow by a factor of the eighth root of two, so that a percentile is right to some 9 %. Thread-safe.</summary>
internal sealed class LatencyBuckets
{
    // From 100 µs up: 8 buckets for each doubling, 20 doublings to some 100 s.
    private const double Least = 0.0001;
    private const int PerDoubling = 8;
    private const int Count = PerDoubling * 20;

    private readonly long[] _buckets = new long[Count + 1];

    public void Add(double seconds) =>
        Interlocked.Increment(ref _buckets[seconds <= Least ? 0 : Math.Min(Count, (int)(Math.Log2(seconds / Least) * PerDoubling) + 1)]);

    public long[] Snapshot() => [.. _buckets];

    /// <summary>A percentile, in seconds, of what came between two snapshots; null when nothing did.</summary>
    /// <param name="from">The earlier one.</param>
    /// <param name="to">The later one.</param>
    /// <param name="share">Which, from 0 to 1.</param>
    public static double? Percentile(long[] from, long[] to, double share)
    {
        long total = 0;
        for (var i = 0; i < to.Length; i++)
        {
            total += to[i] - from[i];
        }

        if (total == 0)
        {
            return null;
        }

        var wanted = Math.Max(1, (long)Math.Ceiling(total * share));
        for (var i = 0; i < to.Length; i++)
        {
            wanted -= to[i] - from[i];
            if (wanted <= 0)
            {
                return i == 0 ? Least : Least * Math.Pow(2, (i - 0.5) / PerDoubling);
            }
        }

        return Least * Math.Pow(2, (double)Count / PerDoubling);
    }
}
