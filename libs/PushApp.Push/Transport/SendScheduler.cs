using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace PushApp.Push.Transport;

/// <summary>
/// Has the connections of a poller send on one thread of the pool, one after the other. A response is often flushed twice, its content and its end: who sends at the first flush sends twice, who comes round a moment later finds
/// both. And while there is something to send for any of them, nobody has to be woken for the next.
/// </summary>
internal sealed class SendScheduler : PipeScheduler, IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<(Action<object?> Action, object? State)> _waiting = new();
    private int _isAtWork;

    public override void Schedule(Action<object?> action, object? state)
    {
        _waiting.Enqueue((action, state));
        if (Interlocked.Exchange(ref _isAtWork, 1) == 0)
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public void Execute()
    {
        do
        {
            while (_waiting.TryDequeue(out var next))
            {
                next.Action(next.State);
            }

            // Whoever adds something after this has it done by a work item of its own; what was added before is seen here.
            Interlocked.Exchange(ref _isAtWork, 0);
        }
        while (!_waiting.IsEmpty && Interlocked.Exchange(ref _isAtWork, 1) == 0);
    }
}
