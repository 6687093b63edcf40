namespace PushApp.Push.Hub;

/// <summary>
/// How much of the logs a node keeps for those who resume, of all channels together, in bytes. What does not fit is handed to whoever waits for it and not kept: whoever wants it later has it read again.
/// Thread-safe.
/// </summary>
internal sealed class PageBudget(long maxBytes)
{
    /// <summary>Four pages of the largest events that <c>Push:MaxEventBytes</c> allows unless it is set: 4 × 256 × 64 KiB.</summary>
    public const long Default = 4L * LogPages.PageSize * 64 * 1024;

    private long _bytes;

    /// <summary>Bytes that are kept.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= maxBytes)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
