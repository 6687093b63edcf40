using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>
/// What a socket is to handle: its beginning, its events in the order they came, its end. One at a time (or as many as <see cref="SocketIOOptions.MaxConcurrentEvents"/> says), so that a
/// handler needs no lock for what belongs to the socket. Acknowledgements do not pass here: a handler may wait for one. No task while it is empty.
/// </summary>
internal sealed class SocketInbox(Socket socket)
{
    private readonly Lock _lock = new();
    private readonly Queue<Item> _waiting = new();
    private TaskCompletionSource? _space;
    private int _running;
    private bool _alone;

    private readonly record struct Item(Func<Socket, ValueTask> Work, bool Alone);

    /// <summary>Adds an event; waits while there are too many, so that nothing more is read from the client.</summary>
    public ValueTask AddAsync(Packet packet, CancellationToken cancellationToken)
    {
        Task? space = null;
        lock (_lock)
        {
            _waiting.Enqueue(new Item(target => target.Host.Dispatcher.InvokeEventAsync(target, packet), Alone: false));
            if (_waiting.Count >= socket.Host.Server.Options.MaxWaitingEvents)
            {
                _space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                space = _space.Task;
            }
        }

        Start();
        return space is null ? ValueTask.CompletedTask : new ValueTask(space.WaitAsync(cancellationToken));
    }

    /// <summary>Adds what nothing else may run beside: the beginning and the end.</summary>
    public void AddAlone(Func<Socket, ValueTask> work)
    {
        lock (_lock)
        {
            _waiting.Enqueue(new Item(work, Alone: true));
        }

        Start();
    }

    private void Start()
    {
        while (TryTake(out var item))
        {
            // On a thread of its own: the reader of the connection goes on, and with it the acknowledgements that this may wait for.
            var taken = item;
            _ = Task.Run(() => RunAsync(taken));
        }
    }

    private bool TryTake(out Item item)
    {
        lock (_lock)
        {
            if (_alone || !_waiting.TryPeek(out item) || _running >= (item.Alone ? 1 : socket.Host.Server.Options.MaxConcurrentEvents))
            {
                item = default;
                return false;
            }

            _waiting.Dequeue();
            _running++;
            _alone = item.Alone;
            if (_waiting.Count < socket.Host.Server.Options.MaxWaitingEvents)
            {
                _space?.TrySetResult();
                _space = null;
            }

            return true;
        }
    }

    private async Task RunAsync(Item item)
    {
        do
        {
            try
            {
                await item.Work(socket).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // The dispatcher answers for what handlers throw; this is what nobody expected, and the events that follow are still handled.
                socket.Host.Dispatcher.Failed(socket, error);
            }

            lock (_lock)
            {
                _running--;
                _alone = false;
            }
        }
        while (TryTake(out item));
    }
}
