namespace PushApp.Bench.Measuring;

/// <summary>One round of one server at a fixed rate.</summary>
internal sealed record LatencySample
{
    /// <summary>From the publish until a connection had the event.</summary>
    public required double MedianMilliseconds { get; init; }

    public required double SlowMilliseconds { get; init; }

    public required double SlowestMilliseconds { get; init; }

    public required double ServerMicrosecondsPerDelivery { get; init; }

    /// <summary>Of the one core that it has.</summary>
    public required double ServerBusyPercent { get; init; }

    public required double DeliveriesPerSecond { get; init; }

    /// <summary>The median of each figure by itself.</summary>
    public static LatencySample Median(IReadOnlyList<LatencySample> samples)
    {
        return new LatencySample
        {
            MedianMilliseconds = Of(sample => sample.MedianMilliseconds),
            SlowMilliseconds = Of(sample => sample.SlowMilliseconds),
            SlowestMilliseconds = Of(sample => sample.SlowestMilliseconds),
            ServerMicrosecondsPerDelivery = Of(sample => sample.ServerMicrosecondsPerDelivery),
            ServerBusyPercent = Of(sample => sample.ServerBusyPercent),
            DeliveriesPerSecond = Of(sample => sample.DeliveriesPerSecond),
        };

        double Of(Func<LatencySample, double> figure) => Statistics.Median(samples, figure);
    }
}
