using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Telemetry;

/// <summary>Percentiles of a histogram, as far as its buckets tell.</summary>
internal static class Percentiles
{
    /// <summary>Within a bucket, measurements count as spread evenly; beyond the last bound, as lying on it. NaN when there are none.</summary>
    public static double Of(HistogramValue histogram, double percentile)
    {
        var total = histogram.Buckets.Aggregate(0UL, (sum, count) => sum + count);
        if (total == 0 || histogram.Bounds.Length == 0)
        {
            return double.NaN;
        }

        var rank = total * percentile / 100;
        var below = 0.0;
        for (var i = 0; i < histogram.Buckets.Length; i++)
        {
            var count = histogram.Buckets[i];
            if (count > 0 && below + count >= rank)
            {
                if (i >= histogram.Bounds.Length)
                {
                    return histogram.Bounds[^1];
                }

                var upper = histogram.Bounds[i];
                var lower = i > 0 ? histogram.Bounds[i - 1] : Math.Min(0, upper);
                return lower + ((upper - lower) * Math.Clamp((rank - below) / count, 0, 1));
            }

            below += count;
        }

        return histogram.Bounds[^1];
    }

    /// <summary>What came between two readings of one histogram; all of the later where it began anew.</summary>
    public static HistogramValue Since(HistogramValue? earlier, HistogramValue later) =>
        earlier is null || earlier.Buckets.Length != later.Buckets.Length || earlier.Count > later.Count || !earlier.Bounds.SequenceEqual(later.Bounds)
            ? later
            : new HistogramValue(later.Count - earlier.Count, later.Bounds, [.. later.Buckets.Zip(earlier.Buckets, (l, e) => l >= e ? l - e : 0)]);

    public static HistogramValue? Sum(IEnumerable<HistogramValue> histograms)
    {
        HistogramValue? sum = null;
        foreach (var histogram in histograms)
        {
            sum = sum is null ? histogram
                : sum.Buckets.Length == histogram.Buckets.Length && sum.Bounds.SequenceEqual(histogram.Bounds)
                    ? new HistogramValue(sum.Count + histogram.Count, sum.Bounds, [.. sum.Buckets.Zip(histogram.Buckets, (a, b) => a + b)])
                    : sum;
        }

        return sum;
    }
}
