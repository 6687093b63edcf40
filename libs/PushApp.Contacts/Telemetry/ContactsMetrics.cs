using System.Diagnostics.Metrics;

namespace PushApp.Contacts;

/// <summary>The instruments. No convention of OpenTelemetry fits imports, so the names are the app's own.</summary>
internal sealed class ContactsMetrics
{
    private readonly Counter<long> _rows;
    private readonly Counter<long> _ended;
    private readonly UpDownCounter<long> _running;
    private readonly Histogram<double> _batch;
    private readonly Histogram<double> _job;

    public ContactsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ContactsTelemetry.SourceName);
        _rows = meter.CreateCounter<long>("pushapp.import.rows", "{row}", "Records dealt with, by outcome.");
        _ended = meter.CreateCounter<long>("pushapp.import.jobs", "{job}", "Imports that ended, by state.");
        _running = meter.CreateUpDownCounter<long>("pushapp.import.jobs.running", "{job}", "Imports that this process works on.");
        _batch = meter.CreateHistogram<double>("pushapp.import.batch.duration", "s", "Matching and storing one batch.");
        _job = meter.CreateHistogram<double>(
            "pushapp.import.job.duration",
            "s",
            "From the upload's beginning to the import's end, by state.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] });
    }

    public void Ended(ImportState state, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("state", state.ToText());
        _ended.Add(1, tag);
        _job.Record(duration.TotalSeconds, tag);
    }

    public void Began() => _running.Add(1);

    public void LetGo() => _running.Add(-1);

    public void Batch(ImportCounts counts, TimeSpan duration)
    {
        Add("added", counts.Added);
        Add("updated", counts.Updated);
        Add("unchanged", counts.Unchanged);
        Add("rejected", counts.Rejected);
        _batch.Record(duration.TotalSeconds);

        void Add(string outcome, long count)
        {
            if (count > 0)
            {
                _rows.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
            }
        }
    }
}
