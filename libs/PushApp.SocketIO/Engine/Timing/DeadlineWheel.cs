using Microsoft.Extensions.Logging;
using PushApp.Push;

namespace PushApp.SocketIO.Engine.Timing;

/// <summary>
/// The deadlines of all sessions on one timer: a ring of slots, one a tick. Setting and clearing one costs the same whatever their number, and an idle session has no timer
/// of its own. A deadline is seen up to two ticks late; what must be judged exactly compares <see cref="Now"/>. The timer runs while there are deadlines. Thread-safe.
/// </summary>
internal sealed partial class DeadlineWheel : IDisposable
{
    private const int Slots = 128;

    private readonly Lock _lock = new();
    private readonly Deadline?[] _slots = new Deadline?[Slots];
    private readonly List<Deadline> _due = [];
    private readonly TimeProvider _time;
    private readonly TimeSpan _period;
    private readonly ILogger _logger;
    private readonly long _started;
    private readonly ITimer _timer;
    private long _tick;
    private int _count;
    private int _ticking;

    public DeadlineWheel(TimeProvider time, TimeSpan period, ILogger logger)
    {
        _time = time;
        _period = period;
        _logger = logger;
        _started = time.GetTimestamp();
        _timer = time.CreateTimer(static wheel => ((DeadlineWheel)wheel!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The time since the wheel was made, in ticks of <see cref="TimeSpan"/>.</summary>
    public long Now => _time.GetElapsedTime(_started).Ticks;

    /// <summary>Sets a deadline, or sets it anew.</summary>
    public void Set(Deadline deadline, long dueAt)
    {
        lock (_lock)
        {
            Unlink(deadline);
            if (_count == 0)
            {
                _tick = Now / _period.Ticks;
                _timer.Change(_period, _period);
            }

            // Rounded up: when a slot's tick comes, the time of what lies in it (unless it is of a later round) has come.
            var tick = Math.Max(_tick + 1, (dueAt + _period.Ticks - 1) / _period.Ticks);
            Link(deadline, dueAt, (int)(tick % Slots));
        }
    }

    public void Clear(Deadline deadline)
    {
        lock (_lock)
        {
            Unlink(deadline);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        if (Interlocked.Exchange(ref _ticking, 1) != 0)
        {
            // The tick before is still at work, and will not have missed what this one is for by more than a tick.
            return;
        }

        var now = Now;
        lock (_lock)
        {
            var target = now / _period.Ticks;
            for (var i = 0; i < Slots && _tick < target; i++)
            {
                _tick++;
                Collect((int)(_tick % Slots), now);
            }

            _tick = Math.Max(_tick, target);
            if (_count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var deadline in _due)
        {
            try
            {
                deadline.OnDue(now);
            }
            catch (Exception error)
            {
                // One session's trouble must not stop the pings of all others.
                DeadlineFailed(_logger, error);
            }
        }

        _due.Shrink();
        _due.Clear();
        Volatile.Write(ref _ticking, 0);
    }

    private void Collect(int slot, long now)
    {
        for (var deadline = _slots[slot]; deadline is not null;)
        {
            var next = deadline.Next;
            if (deadline.DueAt <= now)
            {
                Unlink(deadline);
                _due.Add(deadline);
            }

            deadline = next;
        }
    }

    private void Link(Deadline deadline, long dueAt, int slot)
    {
        deadline.DueAt = dueAt;
        deadline.Slot = slot;
        deadline.Next = _slots[slot];
        if (deadline.Next is not null)
        {
            deadline.Next.Previous = deadline;
        }

        _slots[slot] = deadline;
        _count++;
    }

    private void Unlink(Deadline deadline)
    {
        if (deadline.Slot < 0)
        {
            return;
        }

        if (deadline.Previous is null)
        {
            _slots[deadline.Slot] = deadline.Next;
        }
        else
        {
            deadline.Previous.Next = deadline.Next;
        }

        if (deadline.Next is not null)
        {
            deadline.Next.Previous = deadline.Previous;
        }

        deadline.Previous = deadline.Next = null;
        deadline.Slot = -1;
        _count--;
    }

    [LoggerMessage(1, LogLevel.Error, "A deadline of a session failed; the others go on.", EventName = "DeadlineFailed")]
    private static partial void DeadlineFailed(ILogger logger, Exception error);
}
