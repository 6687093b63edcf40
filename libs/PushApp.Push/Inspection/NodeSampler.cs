using Microsoft.Extensions.Options;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Inspection;

/// <summary>Takes the node's figures every few seconds, so that a chart has a past when somebody opens it. Used by one thread at a time; read by any.</summary>
internal sealed class NodeSampler
{
    private readonly Lock _lock = new();
    private readonly RecentRing<LoadSample> _samples;
    private readonly NodeRecorder _recorder;
    private readonly PushMetrics _metrics;
    private readonly TimeProvider _time;
    private Totals _last;

    public NodeSampler(NodeRecorder recorder, PushMetrics metrics, IOptions<PushOptions> options, TimeProvider time)
    {
        _recorder = recorder;
        _metrics = metrics;
        _time = time;
        _samples = new RecentRing<LoadSample>(options.Value.Inspection.Samples);
        _last = Read();
    }

    public LoadSample? Newest
    {
        get
        {
            lock (_lock)
            {
                return _samples.NewestFirst().FirstOrDefault();
            }
        }
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<LoadSample> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _samples.NewestFirst().Reverse()];
            }
        }
    }

    public void Take()
    {
        var (before, now) = (_last, Read());
        var seconds = _time.GetElapsedTime(before.At, now.At).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        _last = now;
        var sample = new LoadSample(
            _time.GetUtcNow(),
            _metrics.Open.Values.Sum(),
            Rate(before.Published, now.Published),
            Rate(before.Received, now.Received),
            Rate(before.Deliveries, now.Deliveries),
            Rate(before.Bytes, now.Bytes),
            Math.Round((now.Processor - before.Processor).TotalSeconds / seconds / Environment.ProcessorCount, 4),
            Percentile(0.5),
            Percentile(0.95),
            Percentile(0.99));
        lock (_lock)
        {
            _samples.Add(sample);
        }

        double Rate(long from, long to) => Math.Round((to - from) / seconds, 2);
        double? Percentile(double share) => LatencyBuckets.Percentile(before.Latency, now.Latency, share) is { } value ? Math.Round(value * 1000, 3) : null;
    }

    private Totals Read()
    {
        var load = _recorder.Load;
        return new Totals(
            _time.GetTimestamp(), load.Published, load.Received, load.Deliveries, load.Bytes, Environment.CpuUsage.TotalTime, load.Latency.Snapshot());
    }

    private readonly record struct Totals(long At, long Published, long Received, long Deliveries, long Bytes, TimeSpan Processor, long[] Latency);
}
