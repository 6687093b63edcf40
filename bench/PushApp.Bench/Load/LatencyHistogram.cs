using System.Numerics;

namespace PushApp.Bench.Load;

/// <summary>Times in buckets that are 1/32 of their value wide, so that adding one costs nothing that shows, however many there are.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 5;

    private readonly long[] _counts = new long[64 << SubBits];
    private long _total;

    public void Add(TimeSpan time)
    {
        _counts[Bucket(time.Ticks)]++;
        _total++;
    }

    /// <summary>Milliseconds that so many percent are below; the upper bound of their bucket; 0 without any.</summary>
    public double Percentile(double percent)
    {
        var left = (long)Math.Ceiling(_total * percent / 100);
        for (var i = 0; i < _counts.Length && _total > 0; i++)
        {
            left -= _counts[i];
            if (left <= 0)
            {
                return TimeSpan.FromTicks(UpperBound(i)).TotalMilliseconds;
            }
        }

        return 0;
    }

    private static int Bucket(long ticks)
    {
        var value = (ulong)Math.Max(ticks, 0);
        var shift = Math.Max(0, BitOperations.Log2(value | 1) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long UpperBound(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        return ((bucket - ((long)shift << SubBits)) + 1) << shift;
    }
}
