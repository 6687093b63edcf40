using Google.Protobuf;
using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp.Wire;
using PushApp.Dashboard.Store;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class TelemetryStoreTests
{
    [Fact]
    public void The_oldest_spans_go_first_and_their_trace_with_the_last_of_them()
    {
        var store = new TelemetryStore(new TelemetryLimits { MaxSpans = 100 });
        store.Traces.Add([Spans(trace: 1, count: 60)]);
        store.Traces.Add([Spans(trace: 2, count: 60)]);

        Assert.Equal(new StoreCounts(120, 20, 100), store.Traces.Counts);
        Assert.Equal([60, 40], store.Traces.All().Select(t => t.Spans.Count).OrderDescending());

        store.Traces.Add([Spans(trace: 3, count: 60)]);
        Assert.Equal([60, 40], store.Traces.All().Select(t => t.Spans.Count).OrderDescending());
        Assert.DoesNotContain(store.Traces.All(), t => t.Id.EndsWith('1'));
    }

    [Fact]
    public void Bytes_are_bounded_too()
    {
        var store = new TelemetryStore(new TelemetryLimits { MaxLogBytes = 1024 * 1024 });
        var large = new LogRecord { Body = new AnyValue { StringValue = new string('x', 100_000) } };
        for (var i = 0; i < 50; i++)
        {
            store.Logs.Add([new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { large } } } }]);
        }

        Assert.Equal(10, store.Logs.Counts.Kept);
        Assert.Equal(40, store.Logs.Counts.Dropped);
    }

    [Fact]
    public void Resources_beyond_the_bound_are_refused()
    {
        var store = new TelemetryStore(new TelemetryLimits { MaxResources = 2 });
        var refused = Enumerable.Range(0, 3).Sum(i => store.Traces.Add([Spans(trace: (byte)(i + 1), count: 1, service: $"s{i}")]));

        Assert.Equal(1, refused);
        Assert.Equal(["s0", "s1"], store.Resources.All.Select(r => r.Name));
    }

    [Fact]
    public void Clearing_one_resource_leaves_the_others()
    {
        var store = new TelemetryStore(new TelemetryLimits());
        store.Traces.Add([Spans(trace: 1, count: 2, service: "a"), Spans(trace: 1, count: 3, service: "b"), Spans(trace: 2, count: 1, service: "a")]);

        store.Traces.Clear("a");

        Assert.Equal(3, Assert.Single(store.Traces.All()).Spans.Count);
    }

    [Fact]
    public void A_value_that_stays_takes_two_points_and_one_that_changes_is_bounded()
    {
        var store = new TelemetryStore(new TelemetryLimits { MaxPointsPerSeries = 10 });
        for (ulong i = 1; i <= 30; i++)
        {
            store.Metrics.Add([Gauge("still", i, 5), Gauge("moving", i, i)]);
        }

        var resource = store.Resources.All[0];
        var still = store.Metrics.Find(new InstrumentId(resource, "", "still"))!.Series[0].Points;
        Assert.Equal([1ul, 30ul], still.Select(p => p.Time));
        var moving = store.Metrics.Find(new InstrumentId(resource, "", "moving"))!.Series[0].Points;
        Assert.Equal(10, moving.Count);
        Assert.Equal(30, moving[^1].Value);
    }

    [Fact]
    public void Deltas_add_up()
    {
        var store = new TelemetryStore(new TelemetryLimits());
        for (ulong i = 1; i <= 3; i++)
        {
            store.Metrics.Add([Of(new Metric { Name = "d", Sum = new Sum { IsMonotonic = true, AggregationTemporality = AggregationTemporality.Delta, DataPoints = { new NumberDataPoint { TimeUnixNano = i, AsInt = 2 } } } })]);
        }

        Assert.Equal([2d, 4d, 6d], Assert.Single(store.Metrics.All()).Series[0].Points.Select(p => p.Value));
    }

    [Fact]
    public void An_exponential_histogram_gets_explicit_bounds()
    {
        var store = new TelemetryStore(new TelemetryLimits());
        var point = new ExponentialHistogramDataPoint { Count = 6, ZeroCount = 1, Scale = 0, Positive = new ExponentialBuckets { Offset = 1, BucketCounts = { 2, 3 } } };
        store.Metrics.Add([Of(new Metric { Name = "e", ExponentialHistogram = new ExponentialHistogram { DataPoints = { point } } })]);

        var histogram = Assert.Single(store.Metrics.All()).Series[0].Points[0].Histogram!;
        Assert.Equal([2d, 4d, 8d], histogram.Bounds);
        Assert.Equal([1ul, 2ul, 3ul, 0ul], histogram.Buckets);
    }

    private static ResourceMetrics Gauge(string name, ulong time, double value) =>
        Of(new Metric { Name = name, Gauge = new Gauge { DataPoints = { new NumberDataPoint { TimeUnixNano = time, AsDouble = value } } } });

    private static ResourceMetrics Of(Metric metric) => new() { ScopeMetrics = { new ScopeMetrics { Metrics = { metric } } } };

    private static ResourceSpans Spans(byte trace, int count, string service = "s")
    {
        var scope = new ScopeSpans();
        for (var i = 1; i <= count; i++)
        {
            scope.Spans.Add(new Span { TraceId = ByteString.CopyFrom([.. new byte[15], trace]), SpanId = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, trace, (byte)i), StartTimeUnixNano = (ulong)i });
        }

        return new ResourceSpans
        {
            Resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = service } } } },
            ScopeSpans = { scope },
        };
    }
}
