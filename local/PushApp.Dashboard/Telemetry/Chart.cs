using PushApp.Dashboard.Otlp;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Telemetry;

/// <summary>A line of a chart: a value for each step of time; NaN where there is none.</summary>
internal sealed record ChartLine(string Name, string Key, IReadOnlyList<double> Values)
{
    public double Last => Values.LastOrDefault(v => !double.IsNaN(v), double.NaN);
}

/// <summary>An instrument over a window of time, worked out for drawing.</summary>
internal sealed record Chart(DateTimeOffset From, DateTimeOffset To, string Unit, IReadOnlyList<ChartLine> Lines, int Hidden)
{
    public const int Steps = 120;
    private const int MaxLines = 10;
    private static readonly double[] Shown = [50, 90, 99];

    public double Max => Lines.SelectMany(l => l.Values).Where(double.IsFinite).DefaultIfEmpty(0).Max();

    public double Min => Math.Min(0, Lines.SelectMany(l => l.Values).Where(double.IsFinite).DefaultIfEmpty(0).Min());

    /// <summary>Counters as growth per second, histograms as percentiles of what came in each step, others as they are.</summary>
    public static Chart Of(InstrumentData instrument, Func<SeriesData, bool> isShown, TimeSpan window, DateTimeOffset now)
    {
        var series = instrument.Series.Where(isShown).ToList();
        var step = window / Steps;
        ulong[] times = [.. Enumerable.Range(0, Steps + 1).Select(i => Nanoseconds.Of(now - window + (step * i)))];
        if (instrument.Kind == InstrumentKind.Histogram)
        {
            return new Chart(now - window, now, instrument.Unit, Histogram(series, times), 0);
        }

        var isRate = instrument.Kind == InstrumentKind.Counter;
        var lines = series.Select(s => new ChartLine(Name(s), s.Key, isRate ? Rates(s, times) : Readings(s, times))).ToList();
        var shown = lines.OrderByDescending(l => double.IsNaN(l.Last) ? double.MinValue : l.Last).ThenBy(l => l.Name, StringComparer.Ordinal).Take(MaxLines).OrderBy(l => l.Name, StringComparer.Ordinal).ToList();
        return new Chart(now - window, now, isRate ? $"{Plain(instrument.Unit)} per second".TrimStart() : Plain(instrument.Unit), shown, lines.Count - shown.Count);
    }

    public static string Name(SeriesData series) =>
        series.Attributes.Count == 0 ? "all" : string.Join(", ", series.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}: {Values.Text(a.Value)}"));

    /// <summary>UCUM's annotations without their braces: <c>{request}</c> is requests.</summary>
    public static string Plain(string unit) => unit.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);

    private static double[] Readings(SeriesData series, ulong[] times) => [.. times.Skip(1).Select(t => At(series.Points, t)?.Value ?? double.NaN)];

    private static double[] Rates(SeriesData series, ulong[] times)
    {
        var rates = new double[times.Length - 1];
        for (var i = 1; i < times.Length; i++)
        {
            var (before, after) = (At(series.Points, times[i - 1]), At(series.Points, times[i]));
            var growth = after is null ? double.NaN : before is null ? Born(after, times[i - 1]) : after.Value >= before.Value ? after.Value - before.Value : after.Value;
            rates[i - 1] = growth / Nanoseconds.Between(times[i - 1], times[i]).TotalSeconds;
        }

        return rates;

        // A series that began in this step grew from nothing; of one that began before we know not when.
        static double Born(MetricPoint point, ulong stepStart) => point.Start >= stepStart ? point.Value : double.NaN;
    }

    private static List<ChartLine> Histogram(List<SeriesData> series, ulong[] times)
    {
        var values = Shown.Select(_ => new double[times.Length - 1]).ToArray();
        for (var i = 1; i < times.Length; i++)
        {
            var added = Percentiles.Sum(series
                .Select(s => (Before: At(s.Points, times[i - 1]), After: At(s.Points, times[i])))
                .Where(p => p.After?.Histogram is not null && (p.Before is not null || p.After.Start >= times[i - 1]))
                .Select(p => Percentiles.Since(p.Before?.Histogram, p.After!.Histogram!)));
            for (var line = 0; line < Shown.Length; line++)
            {
                values[line][i - 1] = added is null ? double.NaN : Percentiles.Of(added, Shown[line]);
            }
        }

        return [.. Shown.Select((p, i) => new ChartLine(FormattableString.Invariant($"P{p}"), FormattableString.Invariant($"P{p}"), values[i]))];
    }

    /// <summary>What was known at a time: the newest point up to it. What was not heard of for long is not known.</summary>
    private static MetricPoint? At(IReadOnlyList<MetricPoint> points, ulong time)
    {
        var (low, high) = (0, points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points[middle].Time <= time ? (middle + 1, high) : (low, middle);
        }

        // Between the two points of a value that stayed, it was that value; between others as far apart nothing was heard, as of a process that was away.
        return low == 0 ? null
            : Nanoseconds.Between(points[low - 1].Time, time) < StaleAfter || (low < points.Count && points[low].SaysTheSame(points[low - 1])) ? points[low - 1]
            : null;
    }

    // Twice the exporters' default interval, and then some.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(150);
}
