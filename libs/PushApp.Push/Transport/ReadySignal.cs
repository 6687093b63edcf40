using System.Threading.Tasks.Sources;

namespace PushApp.Push.Transport;

/// <summary>Wakes the one that waits, or the next that will: an event that resets itself, without an allocation for each wait. One waiter, any number of setters.</summary>
internal sealed class ReadySignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int IsSet = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    /// <summary>Whether the waiter was held up by its last wait at all; else it goes on where it was. For the waiter alone.</summary>
    public bool HasWaited { get; private set; }

    /// <summary>Whether the waiter goes on on the thread of who set it. For the waiter alone.</summary>
    public bool WasSetHere { get; private set; }

    public ValueTask WaitAsync()
    {
        HasWaited = false;
        WasSetHere = false;
        if (Interlocked.CompareExchange(ref _state, Idle, IsSet) == IsSet)
        {
            return default;
        }

        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == IsSet)
        {
            Volatile.Write(ref _state, Idle);
            return default;
        }

        return new ValueTask(this, _source.Version);
    }

    /// <param name="here">Whether the one who waits, if he does, goes on within this call, until he waits again; else on a thread of the pool.</param>
    public void Set(bool here = false)
    {
        if (Interlocked.CompareExchange(ref _state, IsSet, Idle) == Waiting && Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            WasSetHere = here;
            _source.RunContinuationsAsynchronously = !here;
            _source.SetResult(true);
        }
    }

    public void GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        HasWaited = true;
        _source.OnCompleted(continuation, state, token, flags);
    }
}
