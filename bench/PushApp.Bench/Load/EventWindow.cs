namespace PushApp.Bench.Load;

/// <summary>The events under way: when each was published and how many connections still wait for it. Events complete in their order. Times are those of the caller's clock.</summary>
internal sealed class EventWindow
{
    /// <summary>So many events may be under way; a power of two.</summary>
    public const int Capacity = 64;

    private readonly int[] _owed = new int[Capacity];
    private readonly long[] _publishedAt = new long[Capacity];

    /// <summary>Events published; the first is number 1.</summary>
    public long Published { get; private set; }

    /// <summary>Events that have reached everyone they were for.</summary>
    public long Completed { get; private set; }

    /// <summary>Events times those who have received them.</summary>
    public long Deliveries { get; private set; }

    public bool IsEmpty => Completed == Published;

    public bool IsFull => Published - Completed >= Capacity;

    /// <summary>The next event is under way.</summary>
    public void Publish(long now, int owed)
    {
        if (IsFull)
        {
            throw new InvalidOperationException($"{Capacity} events are under way already.");
        }

        Published++;
        _owed[Slot(Published)] = owed;
        _publishedAt[Slot(Published)] = now;
    }

    /// <summary>Whether this event is under way and still waited for.</summary>
    public bool Awaits(long sequence) => sequence > Completed && sequence <= Published && _owed[Slot(sequence)] > 0;

    /// <summary>One connection has an event that is awaited. When it was published.</summary>
    public long Receive(long sequence)
    {
        _owed[Slot(sequence)]--;
        Deliveries++;
        return _publishedAt[Slot(sequence)];
    }

    /// <summary>Whether the oldest event under way has reached everyone; it is done with then.</summary>
    public bool TryComplete(out long publishedAt)
    {
        publishedAt = 0;
        if (IsEmpty || _owed[Slot(Completed + 1)] > 0)
        {
            return false;
        }

        Completed++;
        publishedAt = _publishedAt[Slot(Completed)];
        return true;
    }

    private static long Slot(long sequence) => sequence & (Capacity - 1);
}
