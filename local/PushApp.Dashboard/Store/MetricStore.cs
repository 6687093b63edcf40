using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>Instruments of all resources with their newest points. Thread-safe.</summary>
internal sealed class MetricStore(ResourceRegistry resources, TelemetryLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<InstrumentId, Entry> _instruments = [];
    private int _series;
    private long _received;
    private long _dropped;
    private long _version;

    /// <summary>Another number whenever something has changed.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Of points; what is kept counts series.</summary>
    public StoreCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return new(_received, _dropped, _series);
            }
        }
    }

    /// <returns>How many points were not taken.</returns>
    public int Add(IEnumerable<ResourceMetrics> batch)
    {
        var refused = 0;
        foreach (var ofResource in batch)
        {
            var resource = resources.Get(ofResource.Resource);
            foreach (var ofScope in ofResource.ScopeMetrics)
            {
                foreach (var metric in ofScope.Metrics)
                {
                    lock (_lock)
                    {
                        foreach (var reading in MetricReading.From(metric))
                        {
                            _received++;
                            if (resource is null || !TryAdd(new InstrumentId(resource, ofScope.Scope?.Name ?? "", metric.Name), metric, reading))
                            {
                                refused++;
                                _dropped++;
                            }
                        }
                    }
                }
            }
        }

        Interlocked.Increment(ref _version);
        return refused;
    }

    /// <summary>By meter and name.</summary>
    public IReadOnlyList<InstrumentId> Instruments(string resourceName)
    {
        lock (_lock)
        {
            return [.. _instruments.Keys.Where(i => i.Resource.Name == resourceName).OrderBy(i => i.Meter, StringComparer.Ordinal).ThenBy(i => i.Name, StringComparer.Ordinal)];
        }
    }

    public InstrumentData? Find(InstrumentId id)
    {
        lock (_lock)
        {
            return _instruments.TryGetValue(id, out var entry) ? Copy(id, entry) : null;
        }
    }

    /// <summary>Everything of one resource, or of all.</summary>
    public IReadOnlyList<InstrumentData> All(string? resourceName = null)
    {
        lock (_lock)
        {
            return [.. _instruments.Where(i => i.Key.Resource.IsCalled(resourceName)).Select(i => Copy(i.Key, i.Value))];
        }
    }

    /// <summary>Forgets the points of one resource, or all.</summary>
    public void Clear(string? resourceName = null)
    {
        lock (_lock)
        {
            foreach (var (id, entry) in _instruments.Where(i => i.Key.Resource.IsCalled(resourceName)).ToList())
            {
                _series -= entry.Series.Count;
                _instruments.Remove(id);
            }
        }

        Interlocked.Increment(ref _version);
    }

    private bool TryAdd(InstrumentId id, Metric metric, MetricReading reading)
    {
        _ = _instruments.TryGetValue(id, out var entry);
        MetricSeries? series = null;
        _ = entry?.Series.TryGetValue(reading.SeriesKey, out series);
        if (series is null)
        {
            if (_series >= limits.MaxSeries)
            {
                return false;
            }

            _series++;
            entry ??= _instruments[id] = new Entry(metric.Description, metric.Unit, reading.Kind);
            series = entry.Series[reading.SeriesKey] = new MetricSeries(reading.SeriesKey, reading.Attributes, limits.MaxPointsPerSeries);
        }

        _dropped += series.Add((reading.IsDelta && series.Last is { } last ? reading.After(last) : reading.Point).SharingBoundsWith(series.Last));
        foreach (var exemplar in reading.Exemplars)
        {
            series.Add(exemplar);
        }

        return true;
    }

    private static InstrumentData Copy(InstrumentId id, Entry entry) =>
        new(id, entry.Description, entry.Unit, entry.Kind, [.. entry.Series.Values.Select(s => new SeriesData(s.Key, s.Attributes, [.. s.Points], [.. s.Exemplars]))]);

    private sealed record Entry(string Description, string Unit, InstrumentKind Kind)
    {
        public Dictionary<string, MetricSeries> Series { get; } = [];
    }
}
