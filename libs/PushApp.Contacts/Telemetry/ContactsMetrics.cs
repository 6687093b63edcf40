using System.Diagnostics.Metrics;

namespace PushApp.Contacts;

/// <summary>The instruments. No convention of OpenTelemetry fits imports, so the names are the app's own.</summary>
internal sealed class ContactsMetrics
{
    private readonly Counter<long> _rows;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _batch;

    public ContactsMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ContactsTelemetry.SourceName);
        _rows = meter.CreateCounter<long>("pushapp.import.rows", "{row}", "Records dealt with, by outcome.");
        _ended = meter.CreateCounter<long>("pushapp.import.jobs", "{job}", "Imports that ended, by state.");
        _batch = meter.CreateHistogram<double>("pushapp.import.batch.duration", "s", "Matching and storing one batch.");
    }

    public void Ended(ImportState state) => _ended.Add(1, new KeyValuePair<string, object?>("state", state.ToText()));

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
