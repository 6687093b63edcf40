using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>
/// What a socket is to handle: its beginning, its events in the order they came, its end. One at a time (or as many as <see cref="SocketIOOptions.MaxConcurrentEvents"/> says), so that a
/// handler needs no lock for what belongs to the socket. What waits is bounded by <see cref="SocketIOOptions.MaxWaitingEvents"/> and
/// <see cref="EngineOptions.MaxBufferedBytes"/>. Acknowledgements do not pass here: a handler may wait for one, and while one does its connection is read on although more events wait, up to those bytes, or
/// behind one event of any size; the answer stands behind these events. No task while it is empty. What is the socket's own is guarded by one lock, which is this object itself, as a server holds very many.
/// </summary>
internal sealed class SocketInbox(Socket socket)
{
    // What a waiting event costs beside its data.
    private const int Overhead = 256;

    // A reference to a piece of memory, for each argument and attachment: a payload of many small arguments takes several times its length.
    private const int ItemOverhead = 16;

    // None while nothing waits.
    private Queue<Item>? _waiting;
    private long _bytes;
    private TaskCompletionSource? _space;
    private int _running;
    private bool _alone;

    private readonly record struct Item(Func<Socket, ValueTask> Work, bool Alone, long Bytes = 0);

    /// <summary>
    /// Under the lock. Looked at when an event has been added: one that is larger than all that may wait passes, and the answer that a handler awaits is read from behind it.
    /// </summary>
    private bool IsFull
    {
        get
        {
            if (_waiting is null)
            {
                return false;
            }

            var options = socket.Host.Server.Options;
            var isLarge = _bytes >= options.Engine.MaxBufferedBytes;
            return (isLarge || _waiting.Count >= options.MaxWaitingEvents) && ((isLarge && _waiting.Count > 1) || !socket.Client.AwaitsAnswer);
        }
    }

    /// <summary>Adds an event; waits while there are too many, so that nothing more is read from the client. Given up when the session ends.</summary>
    public ValueTask AddAsync(Packet packet)
    {
        var bytes = Overhead + packet.Payload.Length + (packet.Arguments is { } arguments ? SizeOf(arguments) : 0);
        Add(new Item(target => target.Host.Dispatcher.InvokeEventAsync(target, packet), Alone: false, bytes));
        return WhenNotFull() is { } space ? new ValueTask(WaitAsync(space, socket.Client.Session.Closed)) : ValueTask.CompletedTask;
    }

    /// <summary>Looks again whether it is full: somebody waits for an answer of this client.</summary>
    public void Reconsider()
    {
        lock (this)
        {
            LetIn();
        }
    }

    /// <summary>What the arguments hold beside their JSON, which is the packet's.</summary>
    private static long SizeOf(SocketArguments arguments)
    {
        var bytes = (long)ItemOverhead * arguments.Items.Length;
        foreach (var attachment in arguments.AttachmentArray)
        {
            bytes += ItemOverhead + attachment.Length;
        }

        return bytes;
    }

    private async Task WaitAsync(Task? space, CancellationToken cancellationToken)
    {
        while (space is not null)
        {
            await space.WaitAsync(cancellationToken).ConfigureAwait(false);
            space = WhenNotFull();
        }
    }

    private Task? WhenNotFull()
    {
        lock (this)
        {
            return IsFull ? (_space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : null;
        }
    }

    /// <summary>Under the lock.</summary>
    private void LetIn()
    {
        if (_space is not null && !IsFull)
        {
            _space.TrySetResult();
            _space = null;
        }
    }

    /// <summary>Adds what nothing else may run beside: the beginning and the end.</summary>
    public void AddAlone(Func<Socket, ValueTask> work) => Add(new Item(work, Alone: true));

    private void Add(Item item)
    {
        lock (this)
        {
            if (!item.Alone && socket.HasEnded)
            {
                // Its class has been told of the end, or is about to be: nothing comes after that.
                return;
            }

            if (_waiting is not null || !TryBegin(item))
            {
                (_waiting ??= new Queue<Item>()).Enqueue(item);
                _bytes += item.Bytes;
                return;
            }
        }

        Start(item);
    }

    // On a thread of its own: the reader of the connection goes on, and with it the acknowledgements that this may wait for.
    private void Start(Item item) => _ = Task.Run(() => RunAsync(item));

    private bool TryTake(out Item item)
    {
        lock (this)
        {
            item = default;
            if (_waiting?.TryPeek(out item) != true || !TryBegin(item))
            {
                return false;
            }

            _waiting.Dequeue();
            if (_waiting.Count == 0)
            {
                _waiting = null;
            }

            _bytes -= item.Bytes;
            LetIn();
            return true;
        }
    }

    /// <summary>Under the lock: whether it may run beside what runs; then it counts.</summary>
    private bool TryBegin(Item item)
    {
        if (_alone || _running >= (item.Alone ? 1 : socket.Host.Server.Options.MaxConcurrentEvents))
        {
            return false;
        }

        _running++;
        _alone = item.Alone;
        return true;
    }

    private async Task RunAsync(Item item)
    {
        while (true)
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

            lock (this)
            {
                _running--;
                _alone = false;
            }

            if (!TryTake(out item))
            {
                return;
            }

            // What stood behind one that runs alone: as many as may run at once.
            while (TryTake(out var beside))
            {
                Start(beside);
            }
        }
    }
}
