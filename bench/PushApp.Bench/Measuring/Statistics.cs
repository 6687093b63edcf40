namespace PushApp.Bench.Measuring;

internal static class Statistics
{
    /// <summary>The median of one figure of the samples.</summary>
    public static double Median<TSample>(IReadOnlyList<TSample> samples, Func<TSample, double> figure) => Median([.. samples.Select(figure)]);

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
