using System.Diagnostics.CodeAnalysis;
using PushApp.Push.Transport;

namespace PushApp.Push.Hub;

/// <summary>
/// What a loop is told, in the order it was told. Any thread adds, the loop alone takes; taking swaps the two arrays, so that the lock is taken once for all that came together.
/// Events count by their bytes: beyond <paramref name="maxEventBytes"/> no more are taken in by <see cref="TryAdd"/>. Everything else is small, and bounded by the connections.
/// </summary>
internal sealed class LoopQueue(long maxEventBytes)
{
    /// <summary>Items that an array holds at least; what a burst needed beyond that is given back by <see cref="Trim"/>.</summary>
    public const int Least = 256;

    private readonly Lock _lock = new();
    private readonly ReadySignal _added = new();
    private LoopItem[] _incoming = new LoopItem[Least];
    private LoopItem[] _batch = new LoopItem[Least];
    private int _count;
    private int _batchCount;
    private int _taken;
    private int _mostAtOnce;
    private long _eventBytes;

    /// <summary>Bytes of the events that wait. Any thread.</summary>
    public long EventBytes => Interlocked.Read(ref _eventBytes);

    /// <summary>Items that its arrays hold room for. Any thread.</summary>
    public int Capacity => Volatile.Read(ref _incoming).Length + Volatile.Read(ref _batch).Length;

    /// <summary>How many items wait. The loop alone.</summary>
    public int Count => _batchCount - _taken + Volatile.Read(ref _count);

    /// <summary>Whether nothing waits. The loop alone.</summary>
    public bool IsEmpty => Count == 0;

    public void Add(in LoopItem item)
    {
        Append(item);
        _added.Set();
    }

    private void Append(in LoopItem item)
    {
        lock (_lock)
        {
            if (_count == _incoming.Length)
            {
                Array.Resize(ref _incoming, _count * 2);
            }

            _incoming[_count] = item;
            Volatile.Write(ref _count, _count + 1);
            Interlocked.Add(ref _eventBytes, item.EventBytes);
        }
    }

    /// <summary>Adds an event, unless as many bytes wait as may. One always fits where none waits, whatever its size. Wakes nobody: <see cref="Wake"/> has to follow.</summary>
    public bool TryAdd(HubEvent item, object? period)
    {
        if (EventBytes is > 0 and var waiting && waiting + item.Size > maxEventBytes)
        {
            return false;
        }

        Append(LoopItem.Deliver(item, period));
        return true;
    }

    /// <summary>Takes what was added first. The loop alone.</summary>
    public bool TryTake(out LoopItem item)
    {
        if (_taken == _batchCount && !TrySwap())
        {
            item = default;
            return false;
        }

        item = _batch[_taken];
        _batch[_taken++] = default;
        Interlocked.Add(ref _eventBytes, -item.EventBytes);
        return true;
    }

    /// <summary>Takes what was added first if it is an event of this channel. The loop alone.</summary>
    public bool TryTakeEvent(HubChannel channel, [NotNullWhen(true)] out HubEvent? item)
    {
        if ((_taken < _batchCount || TrySwap()) && _batch[_taken] is { Kind: LoopItemKind.Deliver, Target: HubEvent first } && first.Channel == channel)
        {
            _ = TryTake(out _);
            item = first;
            return true;
        }

        item = null;
        return false;
    }

    /// <summary>Waits until something is added, or <see cref="Wake"/> is called; it may also return for nothing. The loop alone.</summary>
    public ValueTask WaitAsync() => _added.WaitAsync();

    /// <summary>Whether who takes was held up by his last wait; else he goes on on the thread that he was on. The loop alone.</summary>
    public bool HasWaited => _added.HasWaited;

    /// <summary>Whether who takes was last woken on the thread of who added, who waits for him.</summary>
    public bool WasWokenHere => _added.WasSetHere;

    /// <summary>Wakes who takes, if he waits.</summary>
    /// <param name="here">Whether he goes on within this call.</param>
    public void Wake(bool here = false) => _added.Set(here);

    /// <summary>Gives back what was not needed since the last time. The loop alone.</summary>
    public void Trim()
    {
        var needed = Math.Max(Least, _mostAtOnce * 2);
        _mostAtOnce = 0;
        if (_batch.Length > needed * 2 && _taken == _batchCount)
        {
            Volatile.Write(ref _batch, new LoopItem[needed]);
            _taken = _batchCount = 0;
        }

        lock (_lock)
        {
            if (_incoming.Length > needed * 2 && _count <= needed)
            {
                Array.Resize(ref _incoming, needed);
            }
        }
    }

    private bool TrySwap()
    {
        lock (_lock)
        {
            (_incoming, _batch) = (_batch, _incoming);
            _batchCount = _count;
            _taken = 0;
            Volatile.Write(ref _count, 0);
        }

        _mostAtOnce = Math.Max(_mostAtOnce, _batchCount);
        return _batchCount > 0;
    }
}
