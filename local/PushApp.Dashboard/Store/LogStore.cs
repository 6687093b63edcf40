using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>The newest log records. Thread-safe.</summary>
internal sealed class LogStore(ResourceRegistry resources, TelemetryLimits limits)
{
    private readonly Lock _lock = new();
    private readonly BoundedQueue<LogEntry> _entries = new(limits.MaxLogs, limits.MaxLogBytes);
    private long _version;

    /// <summary>Another number whenever something has changed.</summary>
    public long Version => Interlocked.Read(ref _version);

    public StoreCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _entries.Counts;
            }
        }
    }

    /// <returns>How many records were not taken.</returns>
    public int Add(IEnumerable<ResourceLogs> batch)
    {
        var refused = 0;
        foreach (var ofResource in batch)
        {
            var resource = resources.Get(ofResource.Resource);
            foreach (var ofScope in ofResource.ScopeLogs)
            {
                lock (_lock)
                {
                    foreach (var record in ofScope.LogRecords)
                    {
                        if (resource is null)
                        {
                            _entries.Refuse();
                            refused++;
                            continue;
                        }

                        _entries.Add(new LogEntry(_entries.Counts.Received + 1, resource, ofScope.Scope ?? new InstrumentationScope(), record), record.CalculateSize());
                    }
                }
            }
        }

        Interlocked.Increment(ref _version);
        return refused;
    }

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<LogEntry> Where(Func<LogEntry, bool> predicate)
    {
        LogEntry[] all;
        lock (_lock)
        {
            all = [.. _entries.Items];
        }

        return [.. all.Where(predicate)];
    }

    /// <summary>Forgets the records of one resource, or all.</summary>
    public void Clear(string? resourceName = null)
    {
        lock (_lock)
        {
            _entries.RemoveWhere(e => e.Resource.IsCalled(resourceName));
        }

        Interlocked.Increment(ref _version);
    }
}
