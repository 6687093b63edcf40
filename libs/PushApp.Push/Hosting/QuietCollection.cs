namespace PushApp.Push;

/// <summary>
/// Gives back what a storm of openings or ends has left. Thousands of them leave much garbage, and a node that only holds open streams afterwards allocates next to nothing, so that the runtime has no reason to
/// collect: the memory would stay taken for hours. Looked at once a tick, by one thread.
/// </summary>
/// <param name="heapBytes">The size of the heap.</param>
/// <param name="collect">Collects, and gives free memory back to the system. All threads wait for it.</param>
internal sealed class QuietCollection(Func<long> heapBytes, Action collect)
{
    /// <summary>Openings and ends that leave what is worth a collection.</summary>
    public const int Storm = 1000;

    /// <summary>Ticks without a storm before it is over.</summary>
    public const int QuietTicks = 5;

    /// <summary>Openings and ends of one tick that are none.</summary>
    public const int FewAtOnce = 20;

    /// <summary>A larger heap takes longer than an event may wait: there the runtime is left to itself.</summary>
    public const long LargestHeap = 256L * 1024 * 1024;

    private long _last;
    private long _collectedAt;
    private int _quiet;

    /// <summary>Of this process.</summary>
    public static QuietCollection OfProcess() => new(
        static () => GC.GetTotalMemory(forceFullCollection: false),

        // The only mode that gives memory back at once (https://learn.microsoft.com/dotnet/api/system.gccollectionmode).
        static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));

    /// <summary>A tick has gone by.</summary>
    /// <param name="changes">Openings and ends since the beginning.</param>
    public void Tick(long changes)
    {
        _quiet = changes - _last > FewAtOnce ? 0 : _quiet + 1;
        _last = changes;
        if (_quiet >= QuietTicks && changes - _collectedAt >= Storm && heapBytes() <= LargestHeap)
        {
            _collectedAt = changes;
            collect();
        }
    }
}
