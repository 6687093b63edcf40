using PushApp.Dashboard.Otlp.Wire;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Downloads;

/// <summary>What is remembered, as OTLP.</summary>
internal static class OtlpDocuments
{
    public static ExportTraceRequest Traces(IEnumerable<SpanRecord> spans)
    {
        var document = new ExportTraceRequest();
        foreach (var ofResource in spans.GroupBy(s => s.Resource))
        {
            var resource = new ResourceSpans { Resource = ofResource.Key.Wire };
            resource.ScopeSpans.AddRange(ofResource.GroupBy(s => s.Scope).Select(s => new ScopeSpans { Scope = s.Key, Spans = { s.Select(r => r.Wire) } }));
            document.ResourceSpans.Add(resource);
        }

        return document;
    }

    public static ExportLogsRequest Logs(IEnumerable<LogEntry> entries)
    {
        var document = new ExportLogsRequest();
        foreach (var ofResource in entries.GroupBy(e => e.Resource))
        {
            var resource = new ResourceLogs { Resource = ofResource.Key.Wire };
            resource.ScopeLogs.AddRange(ofResource.GroupBy(e => e.Scope).Select(s => new ScopeLogs { Scope = s.Key, LogRecords = { s.Select(r => r.Wire) } }));
            document.ResourceLogs.Add(resource);
        }

        return document;
    }

    /// <summary>Cumulative, whatever the sender's temporality was: so they are kept.</summary>
    public static ExportMetricsRequest Metrics(IEnumerable<InstrumentData> instruments)
    {
        var document = new ExportMetricsRequest();
        foreach (var ofResource in instruments.GroupBy(i => i.Id.Resource))
        {
            var resource = new ResourceMetrics { Resource = ofResource.Key.Wire };
            resource.ScopeMetrics.AddRange(ofResource.GroupBy(i => i.Id.Meter).Select(s => new ScopeMetrics { Scope = new InstrumentationScope { Name = s.Key }, Metrics = { s.Select(Metric) } }));
            document.ResourceMetrics.Add(resource);
        }

        return document;
    }

    private static Metric Metric(InstrumentData instrument)
    {
        var metric = new Metric { Name = instrument.Id.Name, Description = instrument.Description, Unit = instrument.Unit };
        switch (instrument.Kind)
        {
            case InstrumentKind.Histogram:
                metric.Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative, DataPoints = { instrument.Series.SelectMany(s => s.Points.Select(p => HistogramPoint(s, p))) } };
                break;
            case InstrumentKind.Gauge:
                metric.Gauge = new Gauge { DataPoints = { instrument.Series.SelectMany(s => s.Points.Select(p => NumberPoint(s, p))) } };
                break;
            default:
                metric.Sum = new Sum
                {
                    AggregationTemporality = AggregationTemporality.Cumulative,
                    IsMonotonic = instrument.Kind == InstrumentKind.Counter,
                    DataPoints = { instrument.Series.SelectMany(s => s.Points.Select(p => NumberPoint(s, p))) },
                };
                break;
        }

        return metric;
    }

    private static NumberDataPoint NumberPoint(SeriesData series, MetricPoint point) =>
        new() { StartTimeUnixNano = point.Start, TimeUnixNano = point.Time, AsDouble = point.Value, Attributes = { series.Attributes } };

    private static HistogramDataPoint HistogramPoint(SeriesData series, MetricPoint point) => new()
    {
        StartTimeUnixNano = point.Start,
        TimeUnixNano = point.Time,
        Sum = point.Value,
        Count = point.Histogram?.Count ?? 0,
        ExplicitBounds = { point.Histogram?.Bounds ?? [] },
        BucketCounts = { point.Histogram?.Buckets ?? [] },
        Attributes = { series.Attributes },
    };
}
