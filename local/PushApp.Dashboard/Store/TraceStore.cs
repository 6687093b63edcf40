using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>The newest spans, by trace. Thread-safe.</summary>
internal sealed class TraceStore
{
    private readonly Lock _lock = new();
    private readonly ResourceRegistry _resources;
    private readonly BoundedQueue<SpanRecord> _spans;
    private readonly Dictionary<string, Entry> _traces = [];
    private long _version;

    public TraceStore(ResourceRegistry resources, TelemetryLimits limits)
    {
        _resources = resources;
        _spans = new(limits.MaxSpans, limits.MaxSpanBytes, Forget);
    }

    /// <summary>Another number whenever something has changed.</summary>
    public long Version => Interlocked.Read(ref _version);

    public StoreCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _spans.Counts;
            }
        }
    }

    /// <returns>How many spans were not taken.</returns>
    public int Add(IEnumerable<ResourceSpans> batch)
    {
        var refused = 0;
        foreach (var ofResource in batch)
        {
            var resource = _resources.Get(ofResource.Resource);
            foreach (var ofScope in ofResource.ScopeSpans)
            {
                var scope = ofScope.Scope ?? new InstrumentationScope();
                lock (_lock)
                {
                    foreach (var span in ofScope.Spans)
                    {
                        if (!TryAdd(resource, scope, span))
                        {
                            _spans.Refuse();
                            refused++;
                        }
                    }
                }
            }
        }

        Interlocked.Increment(ref _version);
        return refused;
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Trace> All()
    {
        lock (_lock)
        {
            return [.. _traces.Values.Select(e => e.Trace).OrderByDescending(t => t.Start)];
        }
    }

    public Trace? Find(string traceId)
    {
        lock (_lock)
        {
            return _traces.TryGetValue(traceId, out var entry) ? entry.Trace : null;
        }
    }

    /// <summary>Forgets the spans of one resource, or all.</summary>
    public void Clear(string? resourceName = null)
    {
        lock (_lock)
        {
            _spans.RemoveWhere(s => s.Resource.IsCalled(resourceName));
            _traces.Clear();
            foreach (var span in _spans.Items)
            {
                Enter(span);
            }
        }

        Interlocked.Increment(ref _version);
    }

    private bool TryAdd(TelemetryResource? resource, InstrumentationScope scope, Span span)
    {
        if (resource is null || span.TraceId.Length != 16 || span.SpanId.Length != 8)
        {
            return false;
        }

        var record = new SpanRecord(resource, scope, span);
        if (record.TraceId.Length == 0 || record.SpanId.Length == 0)
        {
            return false;
        }

        Enter(record);
        _spans.Add(record, span.CalculateSize());
        return true;
    }

    private void Enter(SpanRecord span)
    {
        if (!_traces.TryGetValue(span.TraceId, out var entry))
        {
            _traces[span.TraceId] = entry = new Entry(span.TraceId);
        }

        entry.Add(span);
    }

    /// <summary>The oldest of all is also the oldest of its trace.</summary>
    private void Forget(SpanRecord span)
    {
        if (_traces.TryGetValue(span.TraceId, out var entry) && entry.DropOldest() == 0)
        {
            _traces.Remove(span.TraceId);
        }
    }

    private sealed class Entry(string id)
    {
        private readonly Queue<SpanRecord> _spans = new();
        private Trace? _trace;

        /// <summary>Made when asked for, and kept until the next span.</summary>
        public Trace Trace => _trace ??= new Trace(id, [.. _spans]);

        public void Add(SpanRecord span)
        {
            _spans.Enqueue(span);
            _trace = null;
        }

        public int DropOldest()
        {
            _spans.Dequeue();
            _trace = null;
            return _spans.Count;
        }
    }
}
