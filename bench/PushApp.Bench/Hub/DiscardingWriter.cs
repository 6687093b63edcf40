using PushApp.Push.Hub;

namespace PushApp.Bench.Hub;

/// <summary>Takes everything at once and forgets it: what is measured is the hub alone.</summary>
internal sealed class DiscardingWriter : IStreamWriter
{
    public long Bytes { get; private set; }

    public long Flushes { get; private set; }

    public bool IsClosed => false;

    public int PendingBytes => 0;

    public void Write(ReadOnlySpan<byte> bytes) => Bytes += bytes.Length;

    public bool TryFlush()
    {
        Flushes++;
        return true;
    }

    public bool TryCompleteFlush() => true;

    public void Abort()
    {
    }
}
