namespace PushApp.Dashboard.Store;

/// <summary>
/// What a series said at a time: a value, or a histogram (then <see cref="Value"/> is its sum). Sums and histograms count from <see cref="Start"/>, whatever the sender's temporality was.
/// </summary>
internal sealed record MetricPoint(ulong Start, ulong Time, double Value, HistogramValue? Histogram = null)
{
    /// <summary>Bounds seldom change, and are as large as the counts: all points of a series have the same array.</summary>
    public MetricPoint SharingBoundsWith(MetricPoint? other) =>
        Histogram is { } histogram && other?.Histogram is { } known && histogram.Bounds.SequenceEqual(known.Bounds) ? this with { Histogram = histogram with { Bounds = known.Bounds } } : this;

    public bool SaysTheSame(MetricPoint other) =>
        Start == other.Start && Value.Equals(other.Value) && Histogram?.Count == other.Histogram?.Count;
}

/// <summary>How many measurements fell between the bounds; one bucket more than there are bounds.</summary>
internal sealed record HistogramValue(ulong Count, double[] Bounds, ulong[] Buckets);

/// <summary>A measurement with the span in which it was made.</summary>
internal sealed record MetricExemplar(ulong Time, double Value, string TraceId, string SpanId);
