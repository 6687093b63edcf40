using System.Buffers;
using System.Collections.Immutable;
using PushApp.Push.Sse;

namespace PushApp.Push.Hub;

/// <summary>
/// One browser's connection. What differs by protocol is abstract; order, outbox and closing are here. Unless said otherwise, its members belong to its loop.
/// It holds nothing of the request it came with.
/// </summary>
internal abstract class HubConnection : IOpenStream
{
    /// <summary>What is written and not yet flushed stays below this, or half of what may wait, and one event, however many events come at once.</summary>
    private const int MostUnflushed = 64 * 1024;

    private TaskCompletionSource<CloseReason>? _completion;
    private CloseReason _closeReason;
    private int _isCompleted;
    private readonly int _maxOutboxBytes;
    private byte[]? _outbox;
    private int _outboxBytes;
    private int _pendingBytes;
    private int _unflushedBytes;
    private bool _flushPending;
    private HeartbeatLink _heartbeat;
    private readonly long _sinceTicks;

    protected HubConnection(FanOutLoop loop, PushPrincipal principal, string? remoteAddress, DateTimeOffset since, int maxOutboxBytes)
    {
        Loop = loop;
        Principal = principal;
        RemoteAddress = remoteAddress;
        _sinceTicks = since.UtcTicks;
        _maxOutboxBytes = maxOutboxBytes;
    }

    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Whom it belongs to: what re-checking its permission needs. Any thread.</summary>
    public PushPrincipal Principal { get; }

    /// <summary>The client's address. Any thread.</summary>
    public string? RemoteAddress { get; }

    /// <summary>When it came. Any thread.</summary>
    public DateTimeOffset Since => new(_sinceTicks, TimeSpan.Zero);

    /// <summary>The name of its transport, for metrics. Any thread.</summary>
    public abstract string Transport { get; }

    /// <summary>What carries it just now, for whoever looks into the node. Any thread.</summary>
    public virtual string Carrier => Transport;

    /// <summary>The namespace it is in, where its transport has such. Any thread.</summary>
    public virtual string? Place => null;

    /// <summary>The last round trip to its client, where its transport measures any. Any thread.</summary>
    public virtual TimeSpan? RoundTrip => null;

    /// <summary>Bytes that wait for its client, here or below. Any thread.</summary>
    public virtual long WaitingBytes => OutboxBytes;

    /// <summary>The channels it holds. A list that never changes; where the channels do, its loop puts another in its place. Any thread.</summary>
    public ImmutableArray<Subscription> Subscriptions { get; set; } = [];

    /// <summary>Its loop. Any thread.</summary>
    public FanOutLoop Loop { get; }

    /// <summary>Completes when its loop will never touch it again. Any thread.</summary>
    public Task<CloseReason> Completion
    {
        get
        {
            // Most have nobody who waits for it.
            var completion = Volatile.Read(ref _completion)
                ?? Interlocked.CompareExchange(ref _completion, new TaskCompletionSource<CloseReason>(TaskCreationOptions.RunContinuationsAsynchronously), null)
                ?? _completion;
            if (IsCompleted)
            {
                completion.TrySetResult(_closeReason);
            }

            return completion.Task;
        }
    }

    /// <summary>Whether its loop will never touch it again. Any thread.</summary>
    public bool IsCompleted => Volatile.Read(ref _isCompleted) == 2;

    /// <summary>Where it writes; set before it joins.</summary>
    public IStreamWriter Writer { get; set; } = null!;

    /// <summary>Where it lies in its loop's list; negative when it is in none.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Whether something was written that no flush has taken.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Whether it lies in its loop's list of what to flush.</summary>
    public bool IsQueuedForFlush { get; set; }

    /// <summary>Whether its client does not take what was sent.</summary>
    public bool IsBusy => _flushPending;

    /// <summary>Whether so much was written since the last flush that it is to be sent before more is. Asked between events: a client that takes half an event waits for its other half, however long that is.</summary>
    public bool IsFull => _unflushedBytes > 0 && _unflushedBytes >= Math.Min(MostUnflushed, _maxOutboxBytes / 2);

    /// <summary>Whether more waits for it than it may hold.</summary>
    public bool IsOverflown { get; private set; }

    /// <summary>Whether a flush has found its client gone.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>When something was last sent, by the loop's clock (a timestamp).</summary>
    public long LastSent { get; set; }

    /// <summary>Whether its loop has to see that its client hears something now and then; else its transport does.</summary>
    public virtual bool HasHeartbeat => true;

    /// <summary>Its place in its loop's wheel, which alone touches it.</summary>
    public ref HeartbeatLink Heartbeat => ref _heartbeat;

    /// <summary>Bytes that wait for its client: in its outbox, and below, of what was sent and not taken yet.</summary>
    public int OutboxBytes => _outboxBytes + _pendingBytes;

    /// <summary>The beginning: status line and headers are out, the channels are joined.</summary>
    public abstract void WriteHead(bool brokerConnected);

    /// <summary>An event of a channel; the subscription's cursor part is already that event's.</summary>
    /// <returns>Whether it is for its client; a channel may carry what concerns only some who hold it.</returns>
    public abstract bool WriteEvent(HubEvent item);

    /// <summary>The same, where it is sent at once: it may have been when this returns, else the flush that follows sends it.</summary>
    /// <inheritdoc cref="WriteEvent" path="/returns"/>
    public virtual bool SendEvent(HubEvent item) => WriteEvent(item);

    /// <summary>Something was lost on these channels; the cursor already stands after it.</summary>
    public abstract void WriteReset(IReadOnlyList<ChannelName> channels, string reason);

    /// <summary>The cursor alone, where it moved without an event.</summary>
    public abstract void WriteCursor();

    public abstract void WriteHeartbeat();

    public abstract void WriteBrokerStatus(bool connected);

    /// <summary>The end, with a delay for those who come back.</summary>
    public abstract void WriteClosing(CloseReason reason, TimeSpan? returnAfter);

    /// <summary>A subscription was added to it (or was not, as it has left), or removed again.</summary>
    public virtual void OnSubscription(Subscription subscription, bool isHeld)
    {
    }

    /// <summary>A subscription has been handed all that it missed: it is live, or its client knows more than this node.</summary>
    public virtual void OnSettled(Subscription subscription)
    {
    }

    /// <summary>Permission for one of the channels that are checked is gone. Any thread.</summary>
    public virtual void Forbid(ChannelName channel) => End(CloseReason.Forbidden);

    /// <summary>Sends what was written, unless its client is still busy with what was sent before.</summary>
    public void Flush()
    {
        if (_flushPending || !IsDirty)
        {
            return;
        }

        IsDirty = false;
        _unflushedBytes = 0;
        LastSent = Loop.Now;
        _flushPending = !Writer.TryFlush();
        IsBroken = Writer.IsClosed;
        CountPending();
    }

    /// <summary>Its client takes something again: when that was all that was sent, sends, in one write, what came meanwhile.</summary>
    public void OnFlushed()
    {
        if (!_flushPending)
        {
            return;
        }

        _flushPending = !Writer.TryCompleteFlush();
        CountPending();
        if (_flushPending)
        {
            return;
        }

        if (_outboxBytes > 0)
        {
            Writer.Write(_outbox.AsSpan(0, _outboxBytes));
            IsDirty = true;
        }

        ReleaseOutbox();
        Flush();
    }

    /// <summary>Adds the channels whose permission is checked again while it is open to a list. Any thread.</summary>
    public virtual void AddCheckedChannels(List<ChannelName> list)
    {
        foreach (var subscription in Subscriptions)
        {
            list.Add(subscription.Channel.Name);
        }
    }

    /// <summary>Reads what writing to it is about to need; what is returned means nothing.</summary>
    public virtual int Preload() => _unflushedBytes + Writer.Preload();

    /// <summary>Has its loop end it. Any thread.</summary>
    public void End(CloseReason reason) => Loop.Post(LoopItem.Close(this, reason));

    /// <summary>Ends it; its loop has let go of it.</summary>
    public virtual void Complete(CloseReason reason)
    {
        ReleaseOutbox();
        _flushPending = false;
        CountPending();
        Writer?.Close();

        // The first alone counts. The reason is there before the word, and the word before it is looked who waits: one of both finds the other.
        if (Interlocked.CompareExchange(ref _isCompleted, 1, 0) == 0)
        {
            _closeReason = reason;
            Interlocked.Exchange(ref _isCompleted, 2);
            Volatile.Read(ref _completion)?.TrySetResult(reason);
        }
    }

    /// <summary>Writes, or queues while the client is busy.</summary>
    protected void Write(ReadOnlySpan<byte> bytes)
    {
        Loop.CountWritten(bytes.Length);
        if (!_flushPending)
        {
            Writer.Write(bytes);
            IsDirty = true;
            _unflushedBytes += bytes.Length;
            return;
        }

        // What is on its way counts, but never for more than half: an event that is as large as all that may wait would have whatever comes behind it end the connection, each time that its client comes back for it.
        if (IsOverflown || _outboxBytes + Math.Min(_pendingBytes, _maxOutboxBytes / 2) + bytes.Length > _maxOutboxBytes)
        {
            IsOverflown = true;
            return;
        }

        if (_outbox is null || _outboxBytes + bytes.Length > _outbox.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, (_outboxBytes + bytes.Length) * 2));
            _outbox.AsSpan(0, _outboxBytes).CopyTo(larger);
            if (_outbox is not null)
            {
                ArrayPool<byte>.Shared.Return(_outbox);
            }

            _outbox = larger;
        }

        bytes.CopyTo(_outbox.AsSpan(_outboxBytes));
        _outboxBytes += bytes.Length;
        Loop.CountWaiting(bytes.Length);
    }

    /// <summary>Sends an event that others get alike, uncopied where nothing is before it.</summary>
    protected void Send(SseFrame frame)
    {
        if (_flushPending || IsDirty)
        {
            Write(frame.Event);
            return;
        }

        Loop.CountWritten(frame.Event.Length);
        LastSent = Loop.Now;
        _flushPending = !Writer.TrySend(frame);
        IsBroken = Writer.IsClosed;
        CountPending();
    }

    /// <summary>Its transport holds so many bytes back for the flush.</summary>
    protected void Hold(int bytes)
    {
        Loop.CountHeld(bytes);
        IsDirty = true;
        _unflushedBytes += bytes;
    }

    private void CountPending()
    {
        var pending = _flushPending ? Writer.PendingBytes : 0;
        if (pending != _pendingBytes)
        {
            Loop.CountWaiting(pending - _pendingBytes);
            _pendingBytes = pending;
        }
    }

    private void ReleaseOutbox()
    {
        if (_outbox is not null)
        {
            ArrayPool<byte>.Shared.Return(_outbox);
        }

        Loop.CountWaiting(-_outboxBytes);
        _outbox = null;
        _outboxBytes = 0;
    }
}
