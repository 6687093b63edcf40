namespace PushApp.Push.Inspection;

/// <summary>What a node has done since it started. Thread-safe; once per event, never per delivery.</summary>
internal sealed class LoadCounters
{
    private long _published;
    private long _received;
    private long _deliveries;
    private long _bytes;

    public long Published => Interlocked.Read(ref _published);

    public long Received => Interlocked.Read(ref _received);

    public long Deliveries => Interlocked.Read(ref _deliveries);

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>From publish to written.</summary>
    public LatencyBuckets Latency { get; } = new();

    public void CountPublished() => Interlocked.Increment(ref _published);

    public void CountReceived() => Interlocked.Increment(ref _received);

    public void CountDeliveries(int count) => Interlocked.Add(ref _deliveries, count);

    public void CountBytes(long count) => Interlocked.Add(ref _bytes, count);
}
