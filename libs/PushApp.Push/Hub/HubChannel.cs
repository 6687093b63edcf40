using System.Net;
using Microsoft.Extensions.Logging;
using PushApp.Push.History;
using PushApp.Push.Inspection;
using PushApp.Push.Redis;
using PushApp.Push.Redis.Subscribing;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Hub;

/// <summary>
/// A channel on this node, from the first local subscriber to the last. It hands to the loops what links to the position it holds; whatever does not link is read
/// from the log, which says whether something was lost on the way (a gap: filled) or at the broker (a reset).
/// </summary>
internal sealed partial class HubChannel : IDisposable
{
    // A log that grows faster than it is read would keep the reader for ever; the next message asks again.
    private const int PagesAtOnce = 1000;

    // Beyond these a loop is woken on a thread of its own, so that what comes next is taken in meanwhile.
    private const int FewSubscribers = 4;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongDelay = TimeSpan.FromSeconds(3);

    // What waits while the log is read; all of it stands in the log too.
    private const int MaxPendingBytes = 4 * 1024 * 1024;
    private const int PendingOverhead = 256;

    private readonly Lock _lock = new();
    private readonly RedisConnection _redis;
    private readonly RedisChannelLog _log;
    private readonly RedisChannel _events;
    private readonly IReadOnlyList<FanOutLoop> _loops;
    private readonly PushMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NodeRecorder? _recorder;
    private readonly uint _cursorKey;
    private readonly EventRing _ring = new();
    private readonly LogPages _pages;
    private readonly Queue<LogEntry> _pending = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BrokerSubscription? _subscription;
    private EndPoint? _server;
    private Task _starting = Task.CompletedTask;
    private Position _position;
    private int _pendingBytes;
    private bool _isReading = true;
    private bool _heard;
    private RateMeter _rate;

    public HubChannel(
        ChannelName name, RedisConnection redis, RedisChannelLog log, RedisKeys keys, IReadOnlyList<FanOutLoop> loops, PushMetrics metrics, TimeProvider time, ILogger logger,
        NodeRecorder? recorder = null, PageBudget? pages = null)
    {
        Name = name;
        _redis = redis;
        _log = log;
        _events = keys.Events(name);
        _loops = loops;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _recorder = NodeRecorder.Records(name) ? recorder : null;
        _cursorKey = Cursor.KeyOf(name);
        _pages = new LogPages(ReadPageAsync, pages ?? new PageBudget(PageBudget.Default), time);
        Loops = [.. loops.Select(_ => new LoopChannel())];
    }

    public ChannelName Name { get; }

    /// <summary>This channel as each loop sees it.</summary>
    public LoopChannel[] Loops { get; }

    /// <summary>Connections that hold it; guarded by the hub.</summary>
    public int References { get; set; }

    /// <summary>Since when nobody holds it; guarded by the hub.</summary>
    public long UnusedSince { get; set; }

    /// <summary>Completes when it has a position; whoever joins after that gets everything that is published.</summary>
    public Task Ready => _ready.Task;

    public uint CursorKey => _cursorKey;

    /// <summary>Where it stands on this node, and how often it had events lately.</summary>
    public (Position Position, double EventsPerSecond) Figures
    {
        get
        {
            lock (_lock)
            {
                return (_position, _rate.PerSecond(_time));
            }
        }
    }

    public byte[] FormatCursorPart(Position position) => Cursor.FormatPart(_cursorKey, position);

    /// <summary>Subscribes, takes the log's position after that, and so begins. Goes on trying until it is closed.</summary>
    /// <param name="predecessor">The end of the same channel's subscription before; the broker must be told of the two one after the other.</param>
    public void Start(Task predecessor) => _starting = Background.Run(() => StartAsync(predecessor));

    private async Task StartAsync(Task predecessor)
    {
        await predecessor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                _subscription = await _redis.SubscribeAsync(_events, OnMessage, _closed.Token).ConfigureAwait(false);
                _server = _redis.Multiplexer.GetSubscriber().SubscribedEndpoint(_subscription.Channel);
                var page = await _log.ReadAsync(Name, -1, 1).ConfigureAwait(false);
                Begin(page.Head);
                return;
            }
            catch (OperationCanceledException) when (_closed.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                _redis.LookAgain();

                // Whatever it is (no connection, no permission, a key of another type), somebody waits for this channel: it is tried again until it can be.
                Tell(error, CannotSubscribe);
                await UnsubscribeAsync().ConfigureAwait(false);
                await DelayAsync(error).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends the subscription. Nobody holds the channel any more.</summary>
    public async Task CloseAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await UnsubscribeAsync().ConfigureAwait(false);
        _pages.Trim(all: true);
    }

    public void Dispose() => _closed.Dispose();

    /// <summary>Whether nothing came since the last call, so that its head is to be compared with the log's.</summary>
    public bool TakeQuiet()
    {
        lock (_lock)
        {
            var quiet = !_heard && _ready.Task.IsCompleted && !_isReading;
            _heard = false;
            return quiet;
        }
    }

    /// <summary>The log's newest position, or null for no log. Anything but the position held here is looked into.</summary>
    public void CompareHead(Position? head)
    {
        lock (_lock)
        {
            if (head == _position || _isReading || !_ready.Task.IsCompleted)
            {
                return;
            }

            BeginReading("head");
        }
    }

    /// <summary>Looks at which of a cluster's servers the subscription lies. Called by one loop.</summary>
    public SubscriptionPlace Follow(ISubscriber subscriber)
    {
        if (!_ready.Task.IsCompleted || _subscription is not { } subscription)
        {
            return SubscriptionPlace.AsBefore;
        }

        var server = subscriber.SubscribedEndpoint(subscription.Channel);
        if (server is null || !subscriber.IsConnected(subscription.Channel))
        {
            _server = null;
            return SubscriptionPlace.Nowhere;
        }

        var isMoved = !server.Equals(_server);
        _server = server;
        return isMoved ? SubscriptionPlace.Moved : SubscriptionPlace.AsBefore;
    }

    /// <summary>Forgets pages of the log that nobody asked for lately.</summary>
    public void TrimPages() => _pages.Trim(all: false);

    /// <summary>A loop has come to the end of a run of events that it was not handed. From here on it is handed them again.</summary>
    /// <returns>Where the channel stands; null where the run is over already, by a reset.</returns>
    public Position? EndGap(int loop, object gap)
    {
        lock (_lock)
        {
            if (Loops[loop].Gap != gap)
            {
                return null;
            }

            Loops[loop].Gap = null;
            return _position;
        }
    }

    /// <summary>A loop is about to have its first subscription: from here on it is handed what comes.</summary>
    /// <returns>Where the channel stands; null where it has no position yet, which the loop is then told.</returns>
    public Position? BeginPeriod(int loop)
    {
        lock (_lock)
        {
            Loops[loop].BeginPeriod();
            return _ready.Task.IsCompleted ? _position : null;
        }
    }

    /// <summary>A loop has no subscription any more, and is handed nothing: with many cores and a channel for each user, all loops but one have nothing to do with an event.</summary>
    public void EndPeriod(int loop)
    {
        lock (_lock)
        {
            Loops[loop].EndPeriod();
        }
    }

    public HubEvent? FindRecent(long sequence)
    {
        lock (_lock)
        {
            return _ring.Find(sequence);
        }
    }

    /// <summary>Reads, or shares with others, the page of the log that holds a sequence, and tells the subscription's loop.</summary>
    public void RequestPage(Subscription subscription, long sequence, bool refresh)
    {
        _metrics.Refilled("resume");
        var page = _pages.GetAsync(sequence, refresh);
        page.ContinueWith(
            static (done, state) =>
            {
                var waiting = (Subscription)state!;
                waiting.Connection.Loop.Post(LoopItem.Page(waiting, done));
            },
            subscription,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async Task<HubEvent[]> ReadPageAsync(long after, int limit)
    {
        var page = await _log.ReadAsync(Name, after, limit).ConfigureAwait(false);
        return Array.ConvertAll(page.Entries, entry => new HubEvent(entry, this) { Record = _recorder?.Find(Name, entry.Position) });
    }

    /// <summary>It stands at its log's head: whoever joins from now on gets what follows.</summary>
    public void Begin(Position head)
    {
        lock (_lock)
        {
            _position = head;
            _isReading = false;
            Post(loop => LoopItem.Ready(this, head, loop.Period));
            _ready.TrySetResult();
            TakePending();
        }

        WakeLoops();
    }

    /// <summary>Takes a message of the broker's, and keeps it. Any thread that holds no lock.</summary>
    public void OnMessage(ReadOnlyMemory<byte> message)
    {
        if (Receive(message))
        {
            WakeLoops();
        }
    }

    /// <summary>Outside the lock. A loop that has few to write to does so here and now: to wake another thread would cost more than that.</summary>
    private void WakeLoops()
    {
        foreach (var loop in _loops)
        {
            // One that has none is at work, or has done what it was handed.
            if (Loops[loop.Index] is { Period: not null } channel)
            {
                loop.Wake(here: channel.Subscriptions.Count <= FewSubscribers);
            }
        }
    }

    /// <summary>Takes in a message. Whether an event was handed to the loops, which are to be woken then.</summary>
    private bool Receive(ReadOnlyMemory<byte> message)
    {
        if (!LogEntry.TryParse(message, out var entry))
        {
            NotOurs(_logger, Name);
            return false;
        }

        _metrics.Received(Name);
        lock (_lock)
        {
            if (!entry.IsLogged)
            {
                if (!_ready.Task.IsCompleted)
                {
                    return false;
                }

                using var activity = PushActivitySource.StartProcess(Name, entry.Event, entry.TraceParent);
                Deliver(Create(entry));
                return true;
            }

            _heard = true;
            if (_isReading)
            {
                if (_pendingBytes > MaxPendingBytes)
                {
                    ClearPending();
                }

                _pending.Enqueue(entry);
                _pendingBytes += entry.Data.Length + PendingOverhead;
                return false;
            }

            return Take(entry);
        }
    }

    /// <summary>Under the lock: hands on what links, drops what was handed on before, and has everything else looked up. Whether it was handed on.</summary>
    private bool Take(LogEntry entry)
    {
        if (Links(entry))
        {
            Hand(entry);
            return true;
        }

        if (entry.Position != _position && _ring.Find(entry.Position.Sequence)?.Position != entry.Position)
        {
            BeginReading("gap");
        }

        return false;
    }

    private bool Links(LogEntry entry) => entry.PreviousTag == _position.Tag && entry.Position.Sequence == _position.Sequence + 1;

    private void Hand(LogEntry entry)
    {
        using var activity = PushActivitySource.StartProcess(Name, entry.Event, entry.TraceParent);
        var item = Create(entry);
        _position = entry.Position;
        _ring.Add(item);
        Deliver(item);
    }

    /// <summary>
    /// Under the lock: hands an event to the loops, which are to be woken after. For which too much waits gets none until it has come as far: what is logged it reads then, like a client that comes back; what is not is gone, as for
    /// a client that is away.
    /// </summary>
    private void Deliver(HubEvent item)
    {
        foreach (var loop in _loops)
        {
            var channel = Loops[loop.Index];
            if (channel.Period is not { } period)
            {
                item.Delivery?.Written(0);
                continue;
            }

            if (channel.Gap is null && loop.TryDeliver(item, period))
            {
                continue;
            }

            _metrics.Skipped(item.Entry.IsLogged);
            item.Delivery?.Written(0);
            if (channel.Gap is null && item.Entry.IsLogged)
            {
                channel.Gap = new object();
                loop.Post(LoopItem.CatchUp(this, channel.Gap));
                LoopIsBehind(_logger, Name, loop.QueuedBytes);
            }
        }
    }

    /// <summary>Under the lock: an event that has just come.</summary>
    private HubEvent Create(LogEntry entry)
    {
        _rate.Count(_time);
        var item = new HubEvent(entry, this, Delivery.Start(Name, entry.Event, _loops.Count));
        item.Record = _recorder?.Received(item);
        return item;
    }

    private void TakePending()
    {
        while (!_isReading && _pending.TryDequeue(out var entry))
        {
            Take(entry);
        }

        ClearPending();
    }

    private void ClearPending()
    {
        _pending.Clear();
        _pendingBytes = 0;
    }

    /// <summary>Under the lock: from now on messages wait, until the log has been read.</summary>
    private void BeginReading(string cause)
    {
        _isReading = true;
        _metrics.Refilled(cause);
        LooksUp(_logger, Name, cause, _position);
        _ = ReadOnAsync();
    }

    private async Task ReadOnAsync()
    {
        await Task.Yield();
        for (var pages = 0; pages < PagesAtOnce && !_closed.IsCancellationRequested; pages++)
        {
            Position from;
            lock (_lock)
            {
                from = _position;
            }

            LogPage page;
            try
            {
                page = await _log.ReadAsync(Name, from.Sequence, LogPages.PageSize).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // As above: a channel that gave up here would be silent for ever.
                _redis.LookAgain();
                Tell(error, CannotRead);
                await DelayAsync(error).ConfigureAwait(false);
                pages--;
                continue;
            }

            bool isRead;
            lock (_lock)
            {
                isRead = TakePage(from, page);
                if (isRead)
                {
                    _isReading = false;
                    TakePending();
                }
            }

            WakeLoops();
            if (isRead)
            {
                return;
            }
        }

        lock (_lock)
        {
            _isReading = false;
            ClearPending();
        }
    }

    /// <summary>That the broker is away, the hub tells, once for all its channels.</summary>
    private void Tell(Exception error, Action<ILogger, ChannelName, Exception> failed)
    {
        if (BrokerErrors.IsPassing(error))
        {
            Waits(_logger, Name, BrokerErrors.Reason(error));
        }
        else
        {
            failed(_logger, Name, error);
        }
    }

    private async Task DelayAsync(Exception error) =>
        await Task.Delay((BrokerErrors.IsPassing(error) ? RetryDelay : LongDelay) * (1 + Random.Shared.NextDouble()), _time, _closed.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Under the lock: hands on what the log has after the position held, or resets to the log's head. True when that head is reached.</summary>
    private bool TakePage(Position from, LogPage page)
    {
        var entries = page.Entries.AsSpan();
        if (page.Head != from && !LogLinks.TrySkipTo(from, ref entries))
        {
            var reason = page.Head.Sequence > from.Sequence && page.Entries is [var oldest, ..] && oldest.Position.Sequence > from.Sequence + 1
                ? ResetReasons.Expired
                : ResetReasons.Lost;
            Lost(_logger, Name, from, page.Head, reason);
            _metrics.Reset(reason);
            _ring.Clear();
            _pages.Trim(all: true);
            _position = page.Head;
            Post(loop =>
            {
                // Nobody goes on from where he stood.
                loop.Gap = null;
                return LoopItem.Reset(this, page.Head, reason, loop.Period);
            });
            return true;
        }

        foreach (var entry in page.Head == from ? [] : entries)
        {
            Hand(entry);
        }

        return _position == page.Head;
    }

    /// <summary>Under the lock: tells all loops that have subscriptions.</summary>
    private void Post(Func<LoopChannel, LoopItem> item)
    {
        foreach (var loop in _loops)
        {
            if (Loops[loop.Index] is { Period: not null } channel)
            {
                loop.Post(item(channel));
            }
        }
    }

    private async Task UnsubscribeAsync()
    {
        var subscription = Interlocked.Exchange(ref _subscription, null);
        if (subscription is null)
        {
            return;
        }

        try
        {
            await subscription.UnsubscribeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The broker forgets the subscription with the connection.
            CannotUnsubscribe(_logger, Name, error);
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Could not subscribe to channel {Channel}; trying again.")]
    private static partial void CannotSubscribe(ILogger logger, ChannelName channel, Exception error);

    [LoggerMessage(21, LogLevel.Debug, "Could not unsubscribe from channel {Channel}.")]
    private static partial void CannotUnsubscribe(ILogger logger, ChannelName channel, Exception error);

    [LoggerMessage(22, LogLevel.Warning, "A message on channel {Channel} is not PushApp's and was skipped. Publish through IPushPublisher or the HTTP API.")]
    private static partial void NotOurs(ILogger logger, ChannelName channel);

    [LoggerMessage(23, LogLevel.Debug, "Channel {Channel} reads its log ({Cause}) from {Position}.")]
    private static partial void LooksUp(ILogger logger, ChannelName channel, string cause, Position position);

    [LoggerMessage(24, LogLevel.Warning, "Could not read the log of channel {Channel}; trying again.")]
    private static partial void CannotRead(ILogger logger, ChannelName channel, Exception error);

    [LoggerMessage(27, LogLevel.Debug, "Channel {Channel} waits for the broker ({Reason}).")]
    private static partial void Waits(ILogger logger, ChannelName channel, string reason);

    [LoggerMessage(26, LogLevel.Information, "Events of channel {Channel} come faster than they are written: {QueuedBytes} bytes wait for a loop (Push:Streams:MaxQueuedBytes). It reads what follows from the log.")]
    private static partial void LoopIsBehind(ILogger logger, ChannelName channel, long queuedBytes);

    [LoggerMessage(25, LogLevel.Warning, "Channel {Channel} stood at {Position}, which its log, now at {Head}, does not bear out ({Reason}): its subscribers are reset.")]
    private static partial void Lost(ILogger logger, ChannelName channel, Position position, Position head, string reason);
}
