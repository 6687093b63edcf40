namespace PushApp.Push;

/// <summary>
/// Gives back what a storm of openings or ends has left. Thousands of them leave much garbage, and a node that only holds open streams afterwards allocates next to nothing, so that the runtime has no reason to
/// collect: the memory would stay taken for hours. Collected twice, as what finalizers let go of is free only after they have run. Looked at once a tick, by one thread.
/// </summary>
/// <param name="heapBytes">What was left of the heap when it was last collected.</param>
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
    private long _storm;
    private int _quiet;
    private bool _isSecondDue;

    /// <summary>Of this process.</summary>
    public static QuietCollection OfProcess() => new(
        static () => Live(GC.GetGCMemoryInfo(GCKind.Any)),
        static () =>
        {
            // The only mode that gives memory back at once (https://learn.microsoft.com/dotnet/api/system.gccollectionmode).
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            NativeHeap.Trim();
        });

    /// <summary>A tick has gone by.</summary>
    /// <param name="changes">Openings and ends since the beginning.</param>
    public void Tick(long changes)
    {
        var now = changes - _last;
        _last = changes;
        if (now > FewAtOnce)
        {
            // Of a storm alone: who come and go all the time have the runtime collect by itself.
            _storm += now;
            _quiet = 0;
            return;
        }

        if (++_quiet >= QuietTicks && (_isSecondDue || _storm >= Storm) && heapBytes() <= LargestHeap)
        {
            _isSecondDue = _storm >= Storm;
            _storm = 0;
            collect();
        }
    }

    private static long Live(in GCMemoryInfo info) => info.HeapSizeBytes - info.FragmentedBytes;
}
