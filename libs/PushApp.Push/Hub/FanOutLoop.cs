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
    // What one client is handed before the others get their turn.
    private const int RecoverAtOnce = 64;
    private const int ItemsBeforeFlush = 256;

    // What is put together for all its connections before it goes out: enough for several events to each of thousands, and no more than the buffers that are kept for that.
    private const long BytesBeforeFlush = 8 * 1024 * 1024;

    // Larger events go out at once: to put them together saves little, and takes a buffer of that size for every connection.
    private const int MostPutTogether = SendBuffers.Size;

    private readonly LoopQueue _queue = new(options.MaxQueuedBytes);
    private readonly HeartbeatWheel _wheel = new(time);
    private readonly List<HubConnection> _connections = [];
    private readonly List<HubConnection> _toFlush = [];
    private readonly List<HubConnection> _toDrop = [];
    private readonly List<HubConnection> _due = [];

    // Whose page of the log could not be read, or was no use: asked for again at the next heartbeat.
    private readonly List<HubConnection> _toRetry = [];
    private bool _brokerConnected = true;
    private bool _draining;
    private int _mostFlushed;

    /// <summary>Its number, and its place in <see cref="HubChannel.Loops"/>.</summary>
    public int Index { get; } = index;

    /// <summary>What its writers put together what they send in.</summary>
    public SendBuffers Buffers { get; } = new();

    /// <summary>Connections it holds. Any thread.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    private int _connectionCount;
    private long _written;
    private long _outboxBytes;

    /// <summary>Bytes that wait for its clients. Any thread.</summary>
    public long OutboxBytes => Volatile.Read(ref _outboxBytes);

    /// <summary>Bytes were written to one of its connections.</summary>
    public void CountWritten(int bytes) => _written += bytes;

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

    /// <summary>Hands it an event, unless more waits for it than may (<c>Push:Streams:MaxQueuedBytes</c>). Any thread.</summary>
    public bool TryDeliver(HubEvent item) => _queue.TryAdd(item);

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        using var stop = stoppingToken.UnsafeRegister(static queue => ((LoopQueue)queue!).Wake(), _queue);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (_queue.IsEmpty)
            {
                await _queue.WaitAsync().ConfigureAwait(false);
                continue;
            }

            for (var i = 0; i < ItemsBeforeFlush && _written < BytesBeforeFlush && _queue.TryTake(out var item); i++)
            {
                Handle(item);
            }

            Handle(LoopItem.Flush);
            if (_written > 0)
            {
                metrics.Written(_written);
                recorder?.Load.CountBytes(_written);
                _written = 0;
            }
        }
    }

    private void Handle(in LoopItem item)
    {
        try
        {
            switch (item.Kind)
            {
                case LoopItemKind.Deliver:
                    Deliver((HubEvent)item.Target!);
                    break;
                case LoopItemKind.Ready:
                    MakeReady((HubChannel)item.Target!, item.Position);
                    break;
                case LoopItemKind.Reset:
                    Reset((HubChannel)item.Target!, item.Position, (string)item.Argument!);
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

    private void Deliver(HubEvent item)
    {
        var written = 0;
        try
        {
            Deliver(item, ref written);
        }
        finally
        {
            // Whatever failed: this loop is done with it, and its trace is the one that tells.
            item.Delivery?.Written(written);
        }
    }

    private void Deliver(HubEvent item, ref int written)
    {
        var channel = item.Channel.Loops[Index];
        var logged = item.Entry.IsLogged;
        if (logged)
        {
            channel.Position = item.Position;
            channel.CursorPart = item.CursorPart;
        }

        // Alone in the queue: each connection is written and flushed while it is at hand. Otherwise what is queued goes out in one flush.
        var flushNow = _queue.IsEmpty || item.Size > MostPutTogether;
        var subscriptions = channel.Subscriptions;
        var sample = DeliverySample.Of(item, subscriptions.Count, options.TracedConnections);
        for (var i = 0; i < subscriptions.Count; i++)
        {
            var subscription = subscriptions[i];
            if (logged && subscription.State != SubscriptionState.Live && !CatchUp(subscription, item))
            {
                continue;
            }

            if (subscription.State == SubscriptionState.Waiting)
            {
                continue;
            }

            var connection = subscription.Connection;
            FlushIfFull(connection);
            if (logged)
            {
                subscription.CursorPart = item.CursorPart;
            }

            if (connection.WriteEvent(sample.Next()))
            {
                written++;
                Sent(connection, flushNow);
                item.Record?.Written(connection, time);
            }
        }

        if (written > 0)
        {
            var now = time.GetUtcNow();
            metrics.Delivered(written);
            var seconds = Math.Max(0, (now - item.Entry.Time).TotalSeconds);
            if (item.Record is { } record)
            {
                // Of those alone that are remembered: what looks must not be what is seen.
                recorder!.Load.CountDeliveries(written);
                recorder.Load.Latency.Add(seconds);
                record.WrittenTo(written, now);
            }

            if (item.Delivery is { } delivery)
            {
                delivery.Within(static (metrics, seconds) => metrics.DeliveredAfter(seconds), metrics, seconds);
            }
            else
            {
                metrics.DeliveredAfter(seconds);
            }
        }

        EndFailed();
    }

    /// <summary>Whether a subscription that is not live gets this event now. One that recovers reads it from the ring when its turn comes.</summary>
    private static bool CatchUp(Subscription subscription, HubEvent item)
    {
        if (subscription.State == SubscriptionState.Ahead && item.Position == subscription.Position)
        {
            subscription.State = SubscriptionState.Live;
        }

        return false;
    }

    /// <summary>
    /// What was not handed to this loop stands in the channel's recent events or in its log, as for a client that comes back: whoever was live reads it there, as fast as his client takes it.
    /// </summary>
    private void CatchUp(HubChannel hubChannel, object gap)
    {
        if (hubChannel.EndGap(Index, gap) is not { } head)
        {
            return;
        }

        var channel = hubChannel.Loops[Index];
        var from = channel.Position;
        channel.Position = head;
        channel.CursorPart = hubChannel.FormatCursorPart(head);

        // All of them stand where they are before anything is written, and each takes its turn: what one of them fails at costs the others nothing, and what goes out is bounded as ever. Those that
        // recover already go on by themselves.
        foreach (var subscription in channel.Subscriptions)
        {
            if (subscription.State == SubscriptionState.Live)
            {
                subscription.Position = from;
            }
            else if (subscription.State != SubscriptionState.Ahead || subscription.Position.Sequence > head.Sequence)
            {
                continue;
            }

            subscription.State = SubscriptionState.Recovering;
            Post(LoopItem.Continue(subscription.Connection));
        }
    }

    private void MakeReady(HubChannel hubChannel, Position head)
    {
        var channel = hubChannel.Loops[Index];
        channel.IsReady = true;
        channel.Position = head;
        channel.CursorPart = hubChannel.FormatCursorPart(head);
        foreach (var subscription in channel.Subscriptions.ToArray())
        {
            Place(subscription, channel);
            if (subscription.State == SubscriptionState.Live)
            {
                subscription.Connection.WriteCursor();
                Sent(subscription.Connection, flushNow: false);
            }

            Recover(subscription);
        }
    }

    private void Subscribe(Subscription subscription)
    {
        var connection = subscription.Connection;
        if (connection.Index < 0)
        {
            connection.OnSubscription(subscription, isHeld: false);
            return;
        }

        connection.Subscriptions = [.. connection.Subscriptions, subscription];
        var channel = subscription.Channel.Loops[Index];
        channel.Add(subscription);
        if (channel.IsReady)
        {
            Place(subscription, channel);
        }

        connection.OnSubscription(subscription, isHeld: true);
        Recover(subscription);
    }

    private void Unsubscribe(Subscription subscription)
    {
        var connection = subscription.Connection;
        if (connection.Index >= 0)
        {
            connection.Subscriptions = [.. connection.Subscriptions.Where(other => other != subscription)];
            subscription.Channel.Loops[Index].Remove(subscription);
            connection.OnSubscription(subscription, isHeld: false);
        }
    }

    private static void Run(HubConnection connection, Action action)
    {
        if (connection.Index >= 0)
        {
            action();
        }
    }

    private void Join(HubConnection connection)
    {
        if (connection.Completion.IsCompleted)
        {
            // Ended before it had joined: what it has taken since is let go.
            connection.Complete(connection.Completion.Result);
            return;
        }

        if (connection.Index >= 0)
        {
            return;
        }

        connection.Index = _connections.Count;
        _connections.Add(connection);
        Volatile.Write(ref _connectionCount, _connections.Count);
        var now = time.GetTimestamp();
        connection.LastSent = now;
        if (connection.HasHeartbeat)
        {
            _wheel.Set(connection, now, options.HeartbeatInterval);
        }

        foreach (var subscription in connection.Subscriptions)
        {
            var channel = subscription.Channel.Loops[Index];
            channel.Add(subscription);
            if (channel.IsReady)
            {
                Place(subscription, channel);
            }
        }

        connection.Writer.Start();
        connection.WriteHead(_brokerConnected);
        Sent(connection, flushNow: true);
        if (_draining)
        {
            // It was on its way in when the others were sent away.
            Close(connection, CloseReason.Shutdown, ReturnDelay(CloseReason.Shutdown));
            return;
        }

        RecoverAll(connection);
    }

    /// <summary>Decides where a subscription begins: where its loop stands, or at the position that its client brought.</summary>
    private static void Place(Subscription subscription, LoopChannel channel)
    {
        if (!subscription.HasPosition || subscription.Position == channel.Position)
        {
            subscription.State = SubscriptionState.Live;
            subscription.CursorPart = channel.CursorPart;
            subscription.Connection.OnSettled(subscription);
            return;
        }

        subscription.State = SubscriptionState.Recovering;
        subscription.CursorPart = subscription.Channel.FormatCursorPart(subscription.Position);
    }

    private void RecoverAll(HubConnection connection)
    {
        if (connection.Index < 0)
        {
            return;
        }

        foreach (var subscription in connection.Subscriptions)
        {
            Recover(subscription);
            if (connection.Index < 0)
            {
                return;
            }
        }
    }

    /// <summary>Hands a subscription what it missed, until it is live, its client is busy, a page has to be read, or it is the others' turn.</summary>
    private void Recover(Subscription subscription)
    {
        if (subscription.State != SubscriptionState.Recovering || subscription.AwaitsPage)
        {
            return;
        }

        var connection = subscription.Connection;
        var hubChannel = subscription.Channel;
        var channel = hubChannel.Loops[Index];
        var now = time.GetUtcNow();
        var skipped = false;
        var written = 0;
        for (var i = 0; subscription.Position.Sequence < channel.Position.Sequence; i++)
        {
            FlushIfFull(connection);
            if (connection.IsBusy)
            {
                metrics.Delivered(written);
                return;
            }

            if (i == RecoverAtOnce)
            {
                Sent(connection, flushNow: false);
                Post(LoopItem.Continue(connection));
                metrics.Delivered(written);
                return;
            }

            var next = hubChannel.FindRecent(subscription.Position.Sequence + 1);
            if (next is null)
            {
                metrics.Delivered(written);
                RequestPage(subscription, subscription.Position.Sequence + 1, refresh: false);
                return;
            }

            if (next.Entry.PreviousTag != subscription.Position.Tag)
            {
                ResetOne(subscription, channel, ResetReasons.Unknown);
                return;
            }

            Step(subscription, next, now, ref skipped, ref written);
        }

        metrics.Delivered(written);
        if (subscription.Position == channel.Position)
        {
            GoLive(subscription, channel, skipped);
        }
        else if (subscription.Position.Sequence > channel.Position.Sequence)
        {
            // The client has seen more than this node, or made it up: the log knows.
            RequestPage(subscription, subscription.Position.Sequence, refresh: true);
        }
        else
        {
            ResetOne(subscription, channel, ResetReasons.Unknown);
        }
    }

    private void Step(Subscription subscription, HubEvent next, DateTimeOffset now, ref bool skipped, ref int written)
    {
        subscription.Position = next.Position;
        subscription.CursorPart = next.CursorPart;
        if (next.IsExpired(now.ToUnixTimeMilliseconds()) || next.Entry.IsRoot)
        {
            skipped = true;
            return;
        }

        if (subscription.Connection.WriteEvent(next.ForResumed(options.TracedConnections)))
        {
            next.Record?.Resumed(subscription.Connection, now);
            written++;
        }

        skipped = false;
    }

    private void GoLive(Subscription subscription, LoopChannel channel, bool skipped)
    {
        subscription.State = SubscriptionState.Live;
        subscription.CursorPart = channel.CursorPart;
        if (skipped)
        {
            subscription.Connection.WriteCursor();
        }

        subscription.Connection.OnSettled(subscription);
        Sent(subscription.Connection, flushNow: false);
    }

    private void RequestPage(Subscription subscription, long sequence, bool refresh)
    {
        subscription.AwaitsPage = true;
        subscription.IsPageFresh = refresh;
        Sent(subscription.Connection, flushNow: false);
        subscription.Channel.RequestPage(subscription, sequence, refresh);
    }

    private void OnPage(Subscription subscription, Task<HubEvent[]> task)
    {
        subscription.AwaitsPage = false;
        var connection = subscription.Connection;
        if (connection.Index < 0 || subscription.Index < 0 || subscription.State != SubscriptionState.Recovering)
        {
            // It has left, or the channel was taken from it, while the page was read.
            return;
        }

        var channel = subscription.Channel.Loops[Index];
        if (!task.IsCompletedSuccessfully)
        {
            // The broker is away; the heartbeat asks again.
            _toRetry.Add(connection);
            return;
        }

        var entries = task.Result;
        if (subscription.Position.Sequence >= channel.Position.Sequence)
        {
            var known = Array.Find(entries, entry => entry.Position == subscription.Position);
            if (known is not null && subscription.Position.Sequence > channel.Position.Sequence)
            {
                subscription.State = SubscriptionState.Ahead;
                connection.OnSettled(subscription);
            }
            else if (subscription.Position.Sequence > channel.Position.Sequence)
            {
                ResetOne(subscription, channel, ResetReasons.Unknown);
            }
            else
            {
                Recover(subscription);
            }

            return;
        }

        var first = Array.FindIndex(entries, entry => entry.Position.Sequence == subscription.Position.Sequence + 1);
        if (first < 0 || entries[first].Entry.PreviousTag != subscription.Position.Tag)
        {
            if (entries.Length == 0 && !subscription.IsPageFresh)
            {
                // Kept from a time when there was nothing there yet.
                RequestPage(subscription, subscription.Position.Sequence + 1, refresh: true);
                return;
            }

            var tooOld = entries.Length == 0 || entries[0].Position.Sequence > subscription.Position.Sequence + 1;
            if (first < 0 && !tooOld && entries[^1].Position.Sequence <= subscription.Position.Sequence)
            {
                // A page that was read before the events it lacks were appended. A fresh one that lacks them is an older log than this node's:
                // the comparison of heads is about to find that, and the heartbeat asks again.
                if (subscription.IsPageFresh)
                {
                    _toRetry.Add(connection);
                }
                else
                {
                    RequestPage(subscription, subscription.Position.Sequence + 1, refresh: true);
                }

                return;
            }

            ResetOne(subscription, channel, first < 0 ? ResetReasons.Expired : ResetReasons.Unknown);
            return;
        }

        var now = time.GetUtcNow();
        var skipped = false;
        var written = 0;
        for (var i = first; i < entries.Length && subscription.Position.Sequence < channel.Position.Sequence; i++)
        {
            FlushIfFull(connection);
            if (connection.IsBusy)
            {
                // The rest of the page is kept for a while, and asked for again when the client has taken this.
                break;
            }

            Step(subscription, entries[i], now, ref skipped, ref written);
            if (written % RecoverAtOnce == 0)
            {
                connection.Flush();
            }
        }

        metrics.Delivered(written);
        if (skipped)
        {
            connection.WriteCursor();
        }

        Sent(connection, flushNow: false);
        Post(LoopItem.Continue(connection));
    }

    /// <summary>One client's position is not borne out: it is told, and goes on where its loop stands.</summary>
    private void ResetOne(Subscription subscription, LoopChannel channel, string reason)
    {
        subscription.State = SubscriptionState.Live;
        subscription.CursorPart = channel.CursorPart;
        metrics.Reset(reason);
        subscription.Connection.WriteReset([subscription.Channel.Name], reason);
        subscription.Connection.OnSettled(subscription);
        Sent(subscription.Connection, flushNow: false);
    }

    /// <summary>The node's own position is not borne out: everybody is told.</summary>
    private void Reset(HubChannel hubChannel, Position head, string reason)
    {
        var channel = hubChannel.Loops[Index];
        channel.IsReady = true;
        channel.Position = head;
        channel.CursorPart = hubChannel.FormatCursorPart(head);
        foreach (var subscription in channel.Subscriptions.ToArray())
        {
            if (subscription.State == SubscriptionState.Ahead && subscription.Position == head)
            {
                subscription.State = SubscriptionState.Live;
            }
            else
            {
                ResetOne(subscription, channel, reason);
            }
        }
    }

    private void OnFlushed(HubConnection connection)
    {
        if (connection.Index < 0)
        {
            return;
        }

        connection.OnFlushed();
        connection.LastSent = time.GetTimestamp();
        if (connection.Writer.IsClosed)
        {
            Remove(connection, CloseReason.Client);
        }
        else if (!connection.IsBusy)
        {
            RecoverAll(connection);
        }
    }

    private void Heartbeat()
    {
        Buffers.Trim();
        _queue.Trim();
        if (_toFlush.Capacity > Shrinking.Least && _toFlush.Count == 0 && _mostFlushed < _toFlush.Capacity / 4)
        {
            _toFlush.Capacity = Math.Max(Shrinking.Least, _mostFlushed * 2);
        }

        _mostFlushed = 0;
        var retry = _toRetry.ToArray();
        _toRetry.Shrink();
        _toRetry.Clear();
        foreach (var connection in retry)
        {
            Try(connection, static (loop, connection, _) => loop.RecoverAll(connection), 0);
        }

        var now = time.GetTimestamp();
        _wheel.Collect(now, _due);
        Volatile.Write(ref _visits, _visits + _due.Count);
        foreach (var connection in _due)
        {
            Try(connection, static (loop, connection, now) => loop.Visit(connection, now), now);
        }

        _due.Shrink();
        _due.Clear();
    }

    /// <summary>What one connection fails at ends that connection, and keeps none of the others from its heartbeat.</summary>
    private void Try(HubConnection connection, Action<FanOutLoop, HubConnection, long> action, long now)
    {
        try
        {
            action(this, connection, now);
        }
        catch (Exception error)
        {
            ItemFailed(logger, LoopItemKind.Heartbeat, error);
            try
            {
                Close(connection, CloseReason.Slow, ReturnDelay(CloseReason.Slow));
            }
            catch (Exception again)
            {
                ItemFailed(logger, LoopItemKind.Close, again);
                Remove(connection, CloseReason.Slow);
            }
        }
    }

    private void Visit(HubConnection connection, long now)
    {
        if (connection.Index < 0)
        {
            return;
        }

        if (connection.Writer.IsClosed)
        {
            Remove(connection, CloseReason.Client);
            return;
        }

        var silent = time.GetElapsedTime(connection.LastSent, now);
        if (connection.IsBusy && silent >= LongestStall)
        {
            Close(connection, CloseReason.Slow, null);
            return;
        }

        if (!connection.IsBusy && silent >= options.HeartbeatInterval)
        {
            connection.WriteHeartbeat();
            Sent(connection, flushNow: true);
        }

        // Nothing waits for this: it is for what failed on the way.
        RecoverAll(connection);
        if (connection.Index >= 0)
        {
            // A client that is busy now may take all in a moment, and then be silent from there: so it is looked at again within an interval.
            silent = time.GetElapsedTime(connection.LastSent, now);
            var left = connection.IsBusy ? LongestStall - silent : options.HeartbeatInterval - silent;
            _wheel.Set(connection, now, left < options.HeartbeatInterval ? left : options.HeartbeatInterval);
        }
    }

    // How long a client may take nothing of what was sent.
    private TimeSpan LongestStall => options.HeartbeatInterval * 2;

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

    private void Drain()
    {
        _draining = true;
        foreach (var connection in _connections.ToArray())
        {
            Close(connection, CloseReason.Shutdown, ReturnDelay(CloseReason.Shutdown));
        }
    }

    private TimeSpan? ReturnDelay(CloseReason reason) =>
        reason == CloseReason.Shutdown ? options.DrainSpread * Random.Shared.NextDouble()
        : reason.Returns() ? options.Retry
        : null;

    private void Close(HubConnection connection, CloseReason reason, TimeSpan? returnAfter)
    {
        if (connection.Index < 0)
        {
            // It has not joined, and will not.
            connection.Complete(reason);
            return;
        }

        if (connection.IsBusy)
        {
            connection.Writer.Abort();
        }
        else
        {
            connection.WriteClosing(reason, returnAfter);
            connection.Flush();
        }

        Remove(connection, reason);
    }

    private void Remove(HubConnection connection, CloseReason reason)
    {
        if (connection.Index >= 0)
        {
            var last = _connections[^1];
            _connections[connection.Index] = last;
            last.Index = connection.Index;
            _connections.RemoveAt(_connections.Count - 1);
            _connections.Shrink();
            _wheel.Clear(connection);
            connection.Index = -1;
            Volatile.Write(ref _connectionCount, _connections.Count);
            foreach (var subscription in connection.Subscriptions)
            {
                subscription.Channel.Loops[Index].Remove(subscription);
            }

            metrics.Closed(reason.Name());
            recorder?.Ended(connection, reason);
            if (reason == CloseReason.Slow)
            {
                DroppedSlow(logger, connection.Id, connection.Principal.UserName, connection.OutboxBytes);
            }
        }

        connection.Complete(reason);
    }

    private void Sent(HubConnection connection, bool flushNow)
    {
        if (connection.IsOverflown)
        {
            _toDrop.Add(connection);
        }
        else if (flushNow)
        {
            Flush(connection);
        }
        else if (!connection.IsQueuedForFlush)
        {
            connection.IsQueuedForFlush = true;
            _toFlush.Add(connection);
        }
    }

    private void FlushIfFull(HubConnection connection)
    {
        if (connection.IsFull)
        {
            Flush(connection);
        }
    }

    private void Flush(HubConnection connection)
    {
        connection.Flush();
        if (connection.IsBroken)
        {
            _toDrop.Add(connection);
        }
        else if (!connection.IsBusy)
        {
            connection.LastSent = time.GetTimestamp();
        }
    }

    private void FlushQueued()
    {
        EndFailed();
        foreach (var connection in _toFlush)
        {
            connection.IsQueuedForFlush = false;
            if (connection.Index >= 0)
            {
                Flush(connection);
            }
        }

        _mostFlushed = Math.Max(_mostFlushed, _toFlush.Count);
        _toFlush.Clear();
        EndFailed();
    }

    // Apart from delivering, which walks the lists that removing changes.
    private void EndFailed()
    {
        if (_toDrop.Count == 0)
        {
            return;
        }

        foreach (var connection in _toDrop)
        {
            if (connection.Index < 0)
            {
                continue;
            }

            if (connection.IsBroken)
            {
                Remove(connection, CloseReason.Client);
            }
            else
            {
                Close(connection, CloseReason.Slow, null);
            }
        }

        _toDrop.Shrink();
        _toDrop.Clear();
    }

    [LoggerMessage(10, LogLevel.Error, "A fan-out loop failed at {Kind}; it goes on.")]
    private static partial void ItemFailed(ILogger logger, LoopItemKind kind, Exception error);

    [LoggerMessage(11, LogLevel.Information, "Dropped connection {ConnectionId} of {UserName} as too slow: {OutboxBytes} bytes wait for it. It resumes by its cursor.")]
    private static partial void DroppedSlow(ILogger logger, Guid connectionId, string? userName, int outboxBytes);
}
