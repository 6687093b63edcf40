using System.Globalization;
using Google.Protobuf.Collections;
using PushApp.Dashboard.Otlp;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>A data point of any of OTLP's kinds, brought to the few that are kept.</summary>
internal sealed record MetricReading(InstrumentKind Kind, bool IsDelta, IReadOnlyList<KeyValue> Attributes, MetricPoint Point, IReadOnlyList<MetricExemplar> Exemplars)
{
    public string SeriesKey { get; } = Values.Key(Attributes);

    public static IEnumerable<MetricReading> From(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Select(p => Number(InstrumentKind.Gauge, isDelta: false, p)),
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(p => Number(
            metric.Sum.IsMonotonic ? InstrumentKind.Counter : InstrumentKind.UpDownCounter, metric.Sum.AggregationTemporality == AggregationTemporality.Delta, p)),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(p => new MetricReading(
            InstrumentKind.Histogram,
            metric.Histogram.AggregationTemporality == AggregationTemporality.Delta,
            p.Attributes,
            new MetricPoint(p.StartTimeUnixNano, p.TimeUnixNano, p.Sum, new HistogramValue(p.Count, [.. p.ExplicitBounds], [.. p.BucketCounts])),
            Of(p.Exemplars))),
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.DataPoints.Select(p => new MetricReading(
            InstrumentKind.Histogram,
            metric.ExponentialHistogram.AggregationTemporality == AggregationTemporality.Delta,
            p.Attributes,
            new MetricPoint(p.StartTimeUnixNano, p.TimeUnixNano, p.Sum, Explicit(p)),
            Of(p.Exemplars))),
        // Quantiles worked out by the sender: a series each.
        Metric.DataOneofCase.Summary => metric.Summary.DataPoints.SelectMany(p => p.QuantileValues.Select(q => new MetricReading(
            InstrumentKind.Gauge,
            IsDelta: false,
            [.. p.Attributes, new KeyValue { Key = "quantile", Value = new AnyValue { StringValue = q.Quantile.ToString(CultureInfo.InvariantCulture) } }],
            new MetricPoint(p.StartTimeUnixNano, p.TimeUnixNano, q.Value),
            []))),
        _ => [],
    };

    /// <summary>A point that says what came since the last, as one that says what came since the first.</summary>
    public MetricPoint After(MetricPoint last) => Point with
    {
        Start = last.Start,
        Value = last.Value + Point.Value,
        Histogram = Point.Histogram is { } added && last.Histogram is { } before && before.Bounds.SequenceEqual(added.Bounds) && before.Buckets.Length == added.Buckets.Length
            ? new HistogramValue(before.Count + added.Count, added.Bounds, [.. before.Buckets.Zip(added.Buckets, (a, b) => a + b)])
            : Point.Histogram,
    };

    private static MetricReading Number(InstrumentKind kind, bool isDelta, NumberDataPoint point) => new(
        kind,
        isDelta,
        point.Attributes,
        new MetricPoint(point.StartTimeUnixNano, point.TimeUnixNano, point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt ? point.AsInt : point.AsDouble),
        Of(point.Exemplars));

    private static List<MetricExemplar> Of(RepeatedField<Exemplar> exemplars) => [.. exemplars
        .Where(e => !e.TraceId.IsEmpty)
        .Select(e => new MetricExemplar(e.TimeUnixNano, e.ValueCase == Exemplar.ValueOneofCase.AsInt ? e.AsInt : e.AsDouble, Hex.Of(e.TraceId), Hex.Of(e.SpanId)))];

    /// <summary>
    /// Bucket i of a scale s holds what lies in (base^i, base^(i+1)], base = 2^(2^-s): https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram.
    /// Negative measurements are counted below the first bound.
    /// </summary>
    private static HistogramValue Explicit(ExponentialHistogramDataPoint point)
    {
        var positive = point.Positive ?? new ExponentialBuckets();
        var below = point.ZeroCount + (point.Negative?.BucketCounts.Aggregate(0UL, (sum, count) => sum + count) ?? 0);
        var width = Math.Pow(2, -point.Scale);
        double[] bounds = [.. Enumerable.Range(0, positive.BucketCounts.Count + 1).Select(i => Math.Pow(2, (positive.Offset + i) * width))];
        return new HistogramValue(point.Count, bounds, [below, .. positive.BucketCounts, 0]);
    }
}
