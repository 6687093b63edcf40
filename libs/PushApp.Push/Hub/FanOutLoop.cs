using Microsoft.Extensions.Logging;
using PushApp.Push.Inspection;
using PushApp.Push.Telemetry;
using PushApp.Push.Transport;

namespace PushApp.Push.Hub;

/// <summary>
/// Writes to its share of the node's connections. One at a time, it takes what it is told from its queue, so that everything about its connections and its
/// view of the channels needs no lock. What is queued together is flushed together.
/// </summary>
internal sealed partial class FanOutLoop(
    int index, StreamOptions options, PushMetrics metrics, TimeProvider time, ILogger logger, NodeRecorder? recorder = null)
{
    private const int ItemsBeforeFlush = 256;

    // What is put together for all its connections before it goes out: enough for several events to each of thousands, and no more than the buffers that are kept for that.
    private const long BytesBeforeFlush = 8 * 1024 * 1024;

    private readonly LoopQueue _queue = new(options.MaxQueuedBytes);
    private readonly HeartbeatWheel _wheel = new(time);
    private readonly List<HubConnection> _connections = [];
    private readonly List<HubConnection> _toFlush = [];
    private readonly List<HubConnection> _toDrop = [];

    // To which something could not be written: half of it may have been.
    private readonly List<HubConnection> _toCut = [];
    private readonly List<HubConnection> _due = [];

    // Whose page of the log could not be read, or was no use: asked for again at the next heartbeat.
    private readonly List<HubConnection> _toRetry = [];
    private bool _brokerConnected = true;
    private bool _draining;
    private int _mostFlushed;
    private Gathering _gathering;

    // Taken since the last flush.
    private int _events;

    // When the item that is handled was begun: close enough for silences of seconds.
    private long _now;

    /// <summary>Its number, and its place in <see cref="HubChannel.Loops"/>.</summary>
    public int Index { get; } = index;

    /// <summary>What its writers put together what they send in.</summary>
    public SendBuffers Buffers { get; } = new();

    /// <summary>Connections it holds. Any thread.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>How often a connection has joined it or left it. Any thread.</summary>
    public long Changes => Volatile.Read(ref _changes);

    private long _changes;
    private int _connectionCount;
    private long _written;
    private long _held;
    private long _outboxBytes;

    /// <summary>Bytes that wait for its clients. Any thread.</summary>
    public long OutboxBytes => Volatile.Read(ref _outboxBytes);

    /// <summary>When what it is doing was begun (a timestamp). The loop alone.</summary>
    public long Now => _now;

    /// <summary>Bytes were written to one of its connections.</summary>
    public void CountWritten(int bytes) => _written += bytes;

    /// <summary>Bytes were put together for one of its connections by somebody who counts them himself.</summary>
    public void CountHeld(int bytes) => _held += bytes;

    /// <summary>So much more, or less, waits for one of its clients.</summary>
    public void CountWaiting(int bytes) => Volatile.Write(ref _outboxBytes, _outboxBytes + bytes);

    /// <summary>Bytes of events that wait for it. Any thread.</summary>
    public long QueuedBytes => _queue.EventBytes;

    /// <summary>Places that it holds for connections, in lists and queues, beside those that are open. For whoever looks at what a storm has left.</summary>
    public int SpareCapacity =>
        _queue.Capacity + _connections.Capacity + _toFlush.Capacity + _toDrop.Capacity + _due.Capacity + _toRetry.Capacity - ConnectionCount;

    /// <summary>Connections that its heartbeats come to. For whoever looks into it.</summary>
    public int HeartbeatCount => _wheel.Count;

    /// <summary>Connections that heartbeats have come to so far. For whoever looks into it.</summary>
    public long HeartbeatVisits => Volatile.Read(ref _visits);

    private long _visits;

    /// <summary>Tells the loop to do something. Any thread; items are taken in the order of the calls.</summary>
    public void Post(in LoopItem item) => _queue.Add(item);

    /// <summary>Hands it an event, unless more waits for it than may (<c>Push:Streams:MaxQueuedBytes</c>). <see cref="Wake"/> has to follow. Any thread.</summary>
    public bool TryDeliver(HubEvent item, object? period) => _queue.TryAdd(item, period);

    /// <summary>Has it look at what it was handed. Any thread, which holds no lock.</summary>
    /// <param name="here">Whether the first item of that, where nobody is at work, is done on this thread: where it is done as soon as another thread would have been woken for it.</param>
    public void Wake(bool here) => _queue.Wake(here);

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        using var stop = stoppingToken.UnsafeRegister(static queue => ((LoopQueue)queue!).Wake(), _queue);

        // On the thread of somebody who has other things to do: one item, and the rest on a thread of the pool.
        var isGuest = false;
        var hasHadTurn = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (_queue.IsEmpty)
            {
                await _queue.WaitAsync().ConfigureAwait(false);
                if (_queue.HasWaited)
                {
                    isGuest = _queue.WasWokenHere;
                    hasHadTurn = false;
                }

                continue;
            }

            if (hasHadTurn)
            {
                // Whenever this came, also in the moment before it would have waited: it is still on that thread.
                isGuest = hasHadTurn = false;
                await Task.Yield();
            }

            if (!isGuest && _gathering.Wait(_queue.Count) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, time, CancellationToken.None).ConfigureAwait(false);
            }

            var started = time.GetTimestamp();
            for (var i = 0; i < (isGuest ? 1 : ItemsBeforeFlush) && _written + _held < BytesBeforeFlush && _queue.TryTake(out var item); i++)
            {
                Handle(item);
            }

            Handle(LoopItem.Flush);
            _held = 0;
            _gathering.Wrote(_events, time.GetElapsedTime(started));
            _events = 0;
            if (_written > 0)
            {
                metrics.Written(_written);
                recorder?.Load.CountBytes(_written);
                _written = 0;
            }

            hasHadTurn = isGuest;
        }
    }

    private void Handle(in LoopItem item)
    {
        _now = time.GetTimestamp();
        try
        {
            switch (item.Kind)
            {
                case LoopItemKind.Deliver:
                    Deliver((HubEvent)item.Target!, item.Argument);
                    break;
                case LoopItemKind.Ready:
                    MakeReady((HubChannel)item.Target!, item.Position, item.Argument);
                    break;
                case LoopItemKind.Reset:
                    Reset((HubChannel)item.Target!, item.Position, (LoopItem.Resetting)item.Argument!);
                    break;
                case LoopItemKind.CatchUp:
                    CatchUp((HubChannel)item.Target!, item.Argument!);
                    break;
                case LoopItemKind.Join:
                    Join((HubConnection)item.Target!);
                    break;
                case LoopItemKind.Leave:
                    Remove((HubConnection)item.Target!, CloseReason.Client);
                    break;
                case LoopItemKind.Subscribe:
                    Subscribe((Subscription)item.Target!);
                    break;
                case LoopItemKind.Unsubscribe:
                    Unsubscribe((Subscription)item.Target!);
                    break;
                case LoopItemKind.Run:
                    Run((HubConnection)item.Target!, (Action)item.Argument!);
                    break;
                case LoopItemKind.Close:
                    Close((HubConnection)item.Target!, (CloseReason)item.Argument!, ReturnDelay((CloseReason)item.Argument!));
                    break;
                case LoopItemKind.Flushed:
                    OnFlushed((HubConnection)item.Target!);
                    break;
                case LoopItemKind.Page:
                    OnPage((Subscription)item.Target!, (Task<HubEvent[]>)item.Argument!);
                    break;
                case LoopItemKind.Continue:
                    RecoverAll((HubConnection)item.Target!);
                    break;
                case LoopItemKind.Flush:
                    FlushQueued();
                    break;
                case LoopItemKind.Heartbeat:
                    Heartbeat();
                    break;
                case LoopItemKind.Drain:
                    Drain();
                    break;
                case LoopItemKind.Barrier:
                    ((TaskCompletionSource)item.Argument!).TrySetResult();
                    break;
                case LoopItemKind.BrokerStatus:
                    SetBrokerStatus((bool)item.Argument!);
                    break;
            }
        }
        catch (Exception error)
        {
            // One item must not end the loop, which every connection of its share rests on.
            ItemFailed(logger, item.Kind, error);
        }
    }

    private static void Run(HubConnection connection, Action action)
    {
        if (connection.Index >= 0)
        {
            action();
        }
    }

    private void SetBrokerStatus(bool connected)
    {
        if (_brokerConnected == connected)
        {
            return;
        }

        _brokerConnected = connected;
        foreach (var connection in _connections)
        {
            connection.WriteBrokerStatus(connected);
            Sent(connection, flushNow: false);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "A fan-out loop failed at {Kind}; it goes on.")]
    private static partial void ItemFailed(ILogger logger, LoopItemKind kind, Exception error);

    [LoggerMessage(12, LogLevel.Error, "Could not write to connection {ConnectionId} of {UserName}; it is cut off, and resumes by its cursor.")]
    private static partial void CannotWrite(ILogger logger, Guid connectionId, string? userName, Exception error);

    [LoggerMessage(11, LogLevel.Information, "Dropped connection {ConnectionId} of {UserName} as too slow: {OutboxBytes} bytes wait for it. It resumes by its cursor.")]
    private static partial void DroppedSlow(ILogger logger, Guid connectionId, string? userName, int outboxBytes);
}
