using PushApp.Dashboard.Store;
using PushApp.Dashboard.Telemetry;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class ChartTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);
    private static readonly InstrumentId Id = new(new TelemetryResource(0, "s", ""), "m", "i");

    [Theory]
    [InlineData(25, 0.5)]
    [InlineData(50, 1)]
    [InlineData(75, 2)]
    [InlineData(99, 4)]
    public void Percentiles_lie_within_their_bucket(double percentile, double expected) =>
        Assert.Equal(expected, Percentiles.Of(new HistogramValue(8, [1, 2, 4], [4, 2, 0, 2]), percentile), 6);

    [Fact]
    public void A_histogram_without_measurements_has_no_percentile() => Assert.True(double.IsNaN(Percentiles.Of(new HistogramValue(0, [1], [0, 0]), 50)));

    [Fact]
    public void A_counter_is_drawn_as_growth_per_second_and_survives_a_restart()
    {
        // Two a second, then begun anew from nothing.
        var points = Enumerable.Range(0, 121).Select(i => Point(Now.AddSeconds(i - 120), i < 60 ? 100 + (2 * i) : 2 * (i - 59))).ToList();
        var chart = Chart.Of(Data(InstrumentKind.Counter, points), _ => true, TimeSpan.FromMinutes(2), Now);

        Assert.All(Assert.Single(chart.Lines).Values.Where(double.IsFinite), v => Assert.Equal(2, v, 6));
        Assert.Equal("request per second", chart.Unit);
    }

    [Fact]
    public void A_gauge_is_drawn_as_it_is_and_not_before_it_was_known()
    {
        var chart = Chart.Of(Data(InstrumentKind.Gauge, [Point(Now.AddSeconds(-30), 7), Point(Now, 7)]), _ => true, TimeSpan.FromMinutes(2), Now);
        var values = Assert.Single(chart.Lines).Values;

        Assert.True(double.IsNaN(values[0]));
        Assert.Equal(7, values[^1]);
    }

    [Fact]
    public void A_time_of_which_nothing_was_heard_is_left_blank()
    {
        var window = TimeSpan.FromMinutes(20);
        var away = Chart.Of(Data(InstrumentKind.Gauge, [Point(Now.AddSeconds(-1000), 500), Point(Now, 3)]), _ => true, window, Now);
        Assert.Equal(500, Assert.Single(away.Lines).Values[30]);
        Assert.True(double.IsNaN(away.Lines[0].Values[60]));
        Assert.Equal(3, away.Lines[0].Values[^1]);

        // The store keeps the first and the last point of a value that stayed.
        var stayed = Chart.Of(Data(InstrumentKind.Gauge, [Point(Now.AddSeconds(-1000), 500), Point(Now, 500)]), _ => true, window, Now);
        Assert.Equal(500, Assert.Single(stayed.Lines).Values[60]);
    }

    [Fact]
    public void A_histogram_is_drawn_by_what_came_in_each_step()
    {
        var points = Enumerable.Range(0, 121).Select(i => new MetricPoint(0, Nanoseconds.Of(Now.AddSeconds(i - 120)), i, new HistogramValue((ulong)i, [1, 2], i < 60 ? [(ulong)i, 0, 0] : [60, (ulong)i - 60, 0]))).ToList();
        var chart = Chart.Of(Data(InstrumentKind.Histogram, points), _ => true, TimeSpan.FromMinutes(2), Now);

        Assert.Equal(["P50", "P90", "P99"], chart.Lines.Select(l => l.Name));
        Assert.Equal(0.5, chart.Lines[0].Values[10], 6);
        Assert.Equal(1.5, chart.Lines[0].Values[^1], 6);
    }

    private static InstrumentData Data(InstrumentKind kind, IReadOnlyList<MetricPoint> points) => new(Id, "", "{request}", kind, [new SeriesData("", [], points, [])]);

    private static MetricPoint Point(DateTimeOffset time, double value) => new(0, Nanoseconds.Of(time), value);
}
