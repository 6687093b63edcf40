using System.Diagnostics.Metrics;

namespace PushApp.Web.Telemetry;

/// <summary>What becomes of browsers' spans, and how long pages take to show events. No convention fits.</summary>
internal sealed class BrowserTelemetryMetrics
{
    private readonly Counter<long> _spans;
    private readonly Histogram<double> _show;

    public BrowserTelemetryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("PushApp.Web");
        _spans = meter.CreateCounter<long>("pushapp.browser.spans", "{span}", "Spans of browsers, by outcome: accepted, rejected, forwarded, dropped.");
        _show = meter.CreateHistogram<double>(
            "pushapp.browser.show.duration",
            "s",
            "From an event's arrival at a page until what it changed was painted, by transport. Of sampled events alone.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    }

    public void Accepted(ShowSpan span)
    {
        Count(1, "accepted");
        if (span.IsShown)
        {
            _show.Record((span.End - span.Start).TotalSeconds, new KeyValuePair<string, object?>("transport", span.Transport));
        }
    }

    public void Rejected(int count) => Count(count, "rejected");

    public void Forwarded(int count) => Count(count, "forwarded");

    public void Dropped(int count) => Count(count, "dropped");

    private void Count(int count, string outcome)
    {
        if (count > 0)
        {
            _spans.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
