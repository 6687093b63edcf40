using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Inspection;
using PushApp.Push.Presence;
using PushApp.Push.Redis;
using PushApp.Push.Stats;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Hub;

/// <summary>
/// All channels and connections of this node, over one subscriber connection to the broker. Subscribes for the first that wants a channel, and unsubscribes
/// some seconds after the last, so that those who reconnect find its recent events.
/// </summary>
internal sealed partial class ChannelHub : IHostedService, IConnectionCounter, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepUnused = TimeSpan.FromSeconds(10);

    // Logs of one script call; on a cluster those of one slot.
    private const int HeadsAtOnce = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelName, HubChannel> _channels = [];
    private readonly Dictionary<ChannelName, Task> _closing = [];

    // Since when nobody holds a channel, in that order; whoever takes it meanwhile leaves its entry behind.
    private readonly Queue<(HubChannel Channel, long Since)> _unused = new();
    private readonly PageBudget _pages = new(PageBudget.Default);
    private readonly FanOutLoop[] _loops;
    private readonly RedisConnection _redis;
    private readonly RedisChannelLog _log;
    private readonly RedisKeys _keys;
    private readonly PushMetrics _metrics;
    private readonly ChannelPresence _presence;
    private readonly StreamOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ChannelHub> _logger;
    private readonly OutageLog _comparisons;
    private readonly NodeRecorder? _recorder;
    private readonly CancellationTokenSource _stopped = new();
    private readonly SemaphoreSlim _compareHeads = new(0, 1);
    private readonly HashSet<HubChannel> _moved = [];
    private Task _running = Task.CompletedTask;
    private Task _comparing = Task.CompletedTask;
    private readonly QuietCollection _quiet = QuietCollection.OfProcess();
    private int _next;
    private int _started;
    private bool _watchesBroker;
    private bool? _clusterIsWhole;

    public ChannelHub(
        RedisConnection redis, RedisChannelLog log, RedisKeys keys, PushMetrics metrics, ChannelPresence presence, IOptions<PushOptions> options, TimeProvider time,
        ILogger<ChannelHub> logger, NodeRecorder? recorder = null)
    {
        _redis = redis;
        _log = log;
        _keys = keys;
        _metrics = metrics;
        _presence = presence;
        _options = options.Value.Streams;
        _time = time;
        _logger = logger;
        _comparisons = new OutageLog(logger, "compare the channels' positions with their logs");
        _recorder = recorder;
        _loops = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, 16)).Select(index => new FanOutLoop(index, _options, metrics, time, logger, recorder))];
        metrics.Observe(
            () =>
            {
                lock (_lock)
                {
                    return _channels.Count;
                }
            },
            () =>
            {
                lock (_lock)
                {
                    return _channels.Values.Sum(channel => (long)channel.References);
                }
            },
            () => _loops.Sum(loop => loop.OutboxBytes));
    }

    /// <summary>Open connections of this node.</summary>
    public int Connections => _loops.Sum(loop => loop.ConnectionCount);

    /// <summary>Bytes that wait for the clients of this node.</summary>
    public long OutboxBytes => _loops.Sum(loop => loop.OutboxBytes);

    /// <summary>Its loops.</summary>
    public IReadOnlyList<FanOutLoop> Loops => _loops;

    /// <summary>Bytes of logs that are kept for those who resume.</summary>
    public long PageBytes => _pages.Bytes;

    /// <summary>How many hold a channel here.</summary>
    public int SubscribersOf(ChannelName name)
    {
        lock (_lock)
        {
            return _channels.TryGetValue(name, out var channel) ? channel.References : 0;
        }
    }

    /// <summary>The channels of this node, and how many hold each.</summary>
    public (HubChannel Channel, int Subscribers)[] Channels()
    {
        lock (_lock)
        {
            return [.. _channels.Values.Select(channel => (channel, channel.References))];
        }
    }

    /// <summary>Begins with the first stream: a process that only publishes runs none of this.</summary>
    public void EnsureStarted()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            return;
        }

        var tasks = _loops.Select(loop => Background.Run(() => loop.RunAsync(_stopped.Token))).ToList();
        tasks.Add(Background.Run(() => RunMaintenanceAsync(_stopped.Token)));
        _running = Task.WhenAll(tasks);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _redis.EnsureConfigured();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _started) != 0)
        {
            // Streams that were handed over are nobody's but the loops': the server does not wait for them.
            Drain();
            await Task.WhenAll(_loops.Select(ReachAsync)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stopped.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HubChannel[] channels;
        lock (_lock)
        {
            channels = [.. _channels.Values];
            _channels.Clear();
        }

        await Task.WhenAll(channels.Select(channel => channel.CloseAsync())).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stopped.Dispose();
        _compareHeads.Dispose();
    }

    /// <summary>Tells every connection to come back later, and ends it.</summary>
    public void Drain() => Post(LoopItem.Drain);

    /// <summary>The loop for the next connection.</summary>
    public FanOutLoop NextLoop()
    {
        EnsureStarted();
        return _loops[(uint)Interlocked.Increment(ref _next) % (uint)_loops.Length];
    }

    /// <summary>
    /// Gives a connection its channels, and waits until all of them have a position, or <c>Push:Streams:JoinTimeout</c> is over.
    /// What was opened is to be released.
    /// </summary>
    public async Task OpenAsync(HubConnection connection, IReadOnlyList<ChannelName> names, Cursor? cursor, CancellationToken cancellationToken)
    {
        await _redis.ConnectAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var subscriptions = new Subscription[names.Count];
        for (var i = 0; i < subscriptions.Length; i++)
        {
            var channel = Acquire(names[i]);
            var position = cursor?.Find(channel.CursorKey);
            subscriptions[i] = new Subscription(connection, channel)
            {
                Position = position ?? default,
                HasPosition = position is not null,
                Presence = _presence.Enter(names[i], connection.Principal),

                // While the channel has no position here, the client's own stays in its cursor.
                CursorPart = position is { } held ? channel.FormatCursorPart(held) : [],
            };
        }

        connection.Subscriptions = ImmutableCollectionsMarshal.AsImmutableArray(subscriptions);
        var ready = Task.WhenAll(subscriptions.Select(subscription => subscription.Channel.Ready));
        if (!ready.IsCompleted)
        {
            try
            {
                await ready.WaitAsync(_options.JoinTimeout, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                JoinsWithoutBroker(_logger, connection.Id);
            }
        }
    }

    /// <summary>
    /// One channel for a connection, at the position that its client brought, or where its loop will stand; waits as <see cref="OpenAsync(HubConnection, IReadOnlyList{ChannelName}, Cursor?, CancellationToken)"/>
    /// does. For its loop to add (<see cref="LoopItem.Subscribe"/>, or with the connection itself), and then to be released.
    /// </summary>
    public async Task<Subscription> OpenAsync(HubConnection connection, ChannelName name, Position? position, CancellationToken cancellationToken)
    {
        await _redis.ConnectAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var channel = Acquire(name);
        var subscription = new Subscription(connection, channel)
        {
            Position = position ?? default,
            HasPosition = position is not null,
            Presence = _presence.Enter(name, connection.Principal),
            CursorPart = position is { } held ? channel.FormatCursorPart(held) : [],
        };
        if (!channel.Ready.IsCompleted)
        {
            try
            {
                await channel.Ready.WaitAsync(_options.JoinTimeout, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                JoinsWithoutBroker(_logger, connection.Id);
            }
            catch
            {
                Release(subscription);
                throw;
            }
        }

        return subscription;
    }

    /// <summary>Lets go of a connection's channels; its loop has let go of it.</summary>
    public void Release(HubConnection connection)
    {
        foreach (var subscription in connection.Subscriptions)
        {
            Release(subscription);
        }
    }

    /// <summary>Lets go of a channel; the connection's loop has let go of it.</summary>
    public void Release(Subscription subscription)
    {
        subscription.Presence?.Dispose();
        lock (_lock)
        {
            if (--subscription.Channel.References == 0)
            {
                subscription.Channel.UnusedSince = _time.GetTimestamp();
                _unused.Enqueue((subscription.Channel, subscription.Channel.UnusedSince));
            }
        }
    }

    private static Task ReachAsync(FanOutLoop loop)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(LoopItem.Barrier(reached));
        return reached.Task;
    }

    private HubChannel Acquire(ChannelName name)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue(name, out var channel))
            {
                WatchBroker();
                channel = new HubChannel(name, _redis, _log, _keys, _loops, _metrics, _time, _logger, _recorder, _pages);
                _channels.Add(name, channel);
                channel.Start(_closing.GetValueOrDefault(name, Task.CompletedTask));
            }

            channel.References++;
            return channel;
        }
    }

    private void WatchBroker()
    {
        if (_watchesBroker)
        {
            return;
        }

        var multiplexer = _redis.Multiplexer;
        _watchesBroker = true;
        multiplexer.ConnectionFailed += (_, change) =>
        {
            BrokerLost(_logger, change.ConnectionType, change.FailureType);

            // Of a cluster's servers one that has no slots is not missed; which it is shows at the next tick.
            if (!_redis.IsCluster)
            {
                Post(LoopItem.BrokerStatus(connected: false));
            }
        };
        multiplexer.ConnectionRestored += (_, change) =>
        {
            BrokerFound(_logger, change.ConnectionType);
            if (!_redis.IsCluster && multiplexer.IsConnected)
            {
                Post(LoopItem.BrokerStatus(connected: true));
            }

            // Whatever was published meanwhile did not come.
            CompareHeadsSoon();
        };

        if (!multiplexer.IsConnected)
        {
            // It was lost before anybody watched.
            Post(LoopItem.BrokerStatus(connected: false));
            if (multiplexer.IsConnected)
            {
                Post(LoopItem.BrokerStatus(connected: true));
            }
        }
    }

    private void CompareHeadsSoon()
    {
        lock (_compareHeads)
        {
            if (_compareHeads.CurrentCount == 0)
            {
                _compareHeads.Release();
            }
        }
    }

    private void Post(in LoopItem item)
    {
        foreach (var loop in _loops)
        {
            loop.Post(item);
        }
    }

    private async Task RunMaintenanceAsync(CancellationToken stoppingToken)
    {
        var lastHeads = _time.GetTimestamp();
        var checks = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MaintainAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Heartbeats and the search for lost messages must go on whatever failed once.
                MaintenanceFailed(_logger, error);
                await Task.Delay(Tick, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await _comparing.ConfigureAwait(false);

        async Task MaintainAsync()
        {
            var asked = await _compareHeads.WaitAsync(Tick, stoppingToken).ConfigureAwait(false);
            if (asked)
            {
                // Twice: subscriptions are renewed at about the time that the connection is, and what falls between shows a little later.
                checks = 2;
            }
            else
            {
                Post(LoopItem.Heartbeat);
                if (_options.CollectWhenQuiet)
                {
                    _quiet.Tick(_loops.Sum(loop => loop.Changes));
                }

                CloseUnused();
            }

            FollowCluster();

            // One comparison at a time, and not waited for: a server that hangs holds it up until it is given up, and heartbeats go on.
            if (!_comparing.IsCompleted)
            {
                return;
            }

            HashSet<HubChannel> channels = [.. _moved];
            _moved.Clear();
            if (checks > 0 || _time.GetElapsedTime(lastHeads) >= _options.HeadCheckInterval)
            {
                channels.UnionWith(TakeQuiet(all: checks > 0));
                lastHeads = _time.GetTimestamp();
                checks = Math.Max(0, checks - 1);
            }

            if (channels.Count > 0)
            {
                _comparing = Background.Run(() => CompareHeadsAsync([.. channels]));
            }
        }
    }

    private HubChannel[] TakeQuiet(bool all)
    {
        HubChannel[] channels;
        lock (_lock)
        {
            channels = [.. _channels.Values];
        }

        foreach (var channel in channels)
        {
            channel.TrimPages();
        }

        return Array.FindAll(channels, channel => channel.TakeQuiet() || all);
    }

    /// <summary>
    /// On a cluster a subscription goes where its slot goes, and what is published on the way is not heard: whatever lies at another server than before is to be compared with its log. And where a server is missing, the
    /// cluster is looked at until another has its slots.
    /// </summary>
    private void FollowCluster()
    {
        if (!_redis.IsCluster)
        {
            return;
        }

        HubChannel[] channels;
        lock (_lock)
        {
            channels = [.. _channels.Values];
        }

        var isWhole = _redis.IsWhole;
        if (isWhole != _clusterIsWhole)
        {
            _clusterIsWhole = isWhole;
            Post(LoopItem.BrokerStatus(isWhole));
        }

        var subscriber = _redis.Multiplexer.GetSubscriber();
        var isMissing = !isWhole;
        var moved = 0;
        foreach (var channel in channels)
        {
            switch (channel.Follow(subscriber))
            {
                case SubscriptionPlace.Nowhere:
                    isMissing = true;
                    break;
                case SubscriptionPlace.Moved:
                    _moved.Add(channel);
                    moved++;
                    break;
            }
        }

        if (isMissing)
        {
            _redis.LookAgain();
        }

        if (moved > 0)
        {
            Moved(_logger, moved);
        }
    }

    private async Task CompareHeadsAsync(HubChannel[] channels)
    {
        try
        {
            var calls = _redis.IsCluster
                ? channels.GroupBy(channel => _redis.Multiplexer.HashSlot(_keys.Log(channel.Name))).SelectMany(slot => slot.Chunk(HeadsAtOnce))
                : channels.Chunk(HeadsAtOnce);
            await Task.WhenAll(calls.Select(CompareHeadsAtOnceAsync)).ConfigureAwait(false);
            _comparisons.Succeeded();
        }
        catch (Exception error) when (BrokerErrors.IsPassing(error) || error is ObjectDisposedException)
        {
            // The broker, or one of its servers, is away; when it is back, heads are compared again.
            _comparisons.Failed(error);
            _redis.LookAgain();
        }
        catch (Exception error)
        {
            // The next comparison follows, whatever failed once.
            MaintenanceFailed(_logger, error);
        }
    }

    private async Task CompareHeadsAtOnceAsync(HubChannel[] channels)
    {
        var heads = await _log.ReadHeadsAsync([.. channels.Select(channel => channel.Name)]).ConfigureAwait(false);
        for (var i = 0; i < channels.Length; i++)
        {
            channels[i].CompareHead(heads[i]);
        }
    }

    /// <summary>Begins to close what nobody holds any more. Not waited for: without the broker it may take seconds, and heartbeats go on.</summary>
    private void CloseUnused()
    {
        lock (_lock)
        {
            while (_unused.TryPeek(out var entry) && _time.GetElapsedTime(entry.Since) >= KeepUnused)
            {
                _unused.Dequeue();
                var channel = entry.Channel;
                if (channel.References == 0 && channel.UnusedSince == entry.Since && _channels.GetValueOrDefault(channel.Name) == channel)
                {
                    _channels.Remove(channel.Name);
                    _closing[channel.Name] = CloseAsync(channel);
                }
            }

            _channels.Shrink();
            _unused.Shrink();
        }
    }

    private async Task CloseAsync(HubChannel channel)
    {
        await Task.Yield();
        await channel.CloseAsync().ConfigureAwait(false);
        lock (_lock)
        {
            // A channel of this name that was made meanwhile waited for this one, and has not been closed before it.
            _closing.Remove(channel.Name);
            _closing.Shrink();
        }
    }

    [LoggerMessage(30, LogLevel.Error, "The {Connection} connection to the broker is lost ({Failure}). Streams stay open and resume when it is back.")]
    private static partial void BrokerLost(ILogger logger, ConnectionType connection, ConnectionFailureType failure);

    [LoggerMessage(31, LogLevel.Information, "The {Connection} connection to the broker is back.")]
    private static partial void BrokerFound(ILogger logger, ConnectionType connection);

    [LoggerMessage(36, LogLevel.Information, "The subscriptions of {Channels} channels lie at another server of the cluster than before; their positions are compared with their logs.")]
    private static partial void Moved(ILogger logger, int channels);

    [LoggerMessage(33, LogLevel.Warning, "Connection {ConnectionId} joins without the broker: its channels follow when it is back.")]
    private static partial void JoinsWithoutBroker(ILogger logger, Guid connectionId);

    [LoggerMessage(35, LogLevel.Error, "A round of heartbeats and comparisons failed; the next one follows.")]
    private static partial void MaintenanceFailed(ILogger logger, Exception error);
}
