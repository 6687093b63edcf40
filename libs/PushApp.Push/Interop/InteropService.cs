using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Publishing;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.Push.Interop;

/// <summary>
/// Reads existing publishers' messages on every node and has each logged once. One loop takes messages and signals in the order in which the broker sent them;
/// each channel logs by itself.
/// </summary>
internal sealed class InteropService(
    IEnumerable<ILegacyFormat> formats,
    InteropLog log,
    InteropMetrics metrics,
    RedisConnection redis,
    RedisKeys keys,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<InteropService> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // No identity beyond this run: a node that comes back is another one.
    private readonly string _nodeId = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly InteropBarrier _barrier = new();
    private readonly InteropListening _listening = new(time);
    private readonly Dictionary<ChannelName, InteropChannel> _channels = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly List<(ILegacyFormat Format, ChannelMessageQueue Queue)> _messages = [];
    private ChannelMessageQueue? _signals;
    private long _lastMessage;
    private long _sweptAt;
    private int _connectionLost;
    private volatile ChannelMessageQueue[] _queues = [];
    private CancellationToken _stopping;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Interop.Enabled)
        {
            return;
        }

        try
        {
            await SubscribeAsync(stoppingToken);
            _listening.Begin(TimeSpan.Zero);
            InteropEvents.Subscribed(logger, string.Join(", ", _messages.Select(entry => entry.Queue.Channel.ToString())));
            while (true)
            {
                await _arrived.WaitAsync(stoppingToken);
                TakeAll(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await StopChannelsAsync();
        }
        finally
        {
            redis.Multiplexer.ConnectionFailed -= OnConnectionFailed;
            redis.Multiplexer.ConnectionRestored -= OnConnectionRestored;
        }
    }

    public override void Dispose()
    {
        _arrived.Dispose();
        base.Dispose();
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        while (!redis.Multiplexer.IsConnected)
        {
            InteropEvents.CannotSubscribe(logger, null);
            await Task.Delay(RetryDelay, time, cancellationToken);
        }

        await redis.RecognizeAsync().WaitAsync(cancellationToken);
        _stopping = cancellationToken;
        redis.Multiplexer.ConnectionFailed += OnConnectionFailed;
        redis.Multiplexer.ConnectionRestored += OnConnectionRestored;

        // Signals first: of a message that this node sees it shall see the copies too.
        _signals = await SubscribeAsync(keys.InteropSignals, cancellationToken);
        _listening.Subscribing();
        foreach (var format in formats)
        {
            foreach (var channel in format.Subscriptions)
            {
                _messages.Add((format, await SubscribeAsync(channel, cancellationToken)));
            }
        }

        _queues = [_signals, .. _messages.Select(entry => entry.Queue)];
    }

    /// <summary>
    /// A queue, so that nothing is taken out of order, and a handler that announces it: the client library fills queues before it calls handlers.
    /// </summary>
    private async Task<ChannelMessageQueue> SubscribeAsync(RedisChannel channel, CancellationToken cancellationToken)
    {
        var subscriber = redis.Multiplexer.GetSubscriber();
        while (true)
        {
            try
            {
                var queue = await subscriber.SubscribeAsync(channel);
                await subscriber.SubscribeAsync(channel, (_, _) => Announce());
                return queue;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it is (a missing permission, too), it must not stop the host.
                InteropEvents.CannotSubscribe(logger, exception);

                // Nobody else listens there; what was half made is made anew.
                await subscriber.UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    private void Announce()
    {
        try
        {
            _arrived.Release();
        }
        catch (ObjectDisposedException)
        {
            // A message that came in as this node stopped.
        }
    }

    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs failure)
    {
        if (redis.IsCluster && !IsListeningAt(failure.EndPoint))
        {
            // Another of the cluster's servers, which may well be gone for good.
            return;
        }

        _listening.End();
        Volatile.Write(ref _connectionLost, 1);
        Announce();
        if (redis.IsCluster)
        {
            _ = BeginElsewhereAsync();
        }
    }

    private bool IsListeningAt(EndPoint? server)
    {
        var subscriber = redis.Multiplexer.GetSubscriber();
        return _queues.Length == 0 || Array.Exists(_queues, queue => subscriber.SubscribedEndpoint(queue.Channel) is not { } at || at.Equals(server));
    }

    /// <summary>Begins again when the subscriptions lie at other servers of the cluster, of which nothing tells: these were connected all the time.</summary>
    private async Task BeginElsewhereAsync()
    {
        do
        {
            redis.LookAgain();
            await Task.Delay(RetryDelay, time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!_stopping.IsCancellationRequested && !IsListening());
        _listening.Begin(TimeSpan.FromSeconds(1));
    }

    private bool IsListening()
    {
        var subscriber = redis.Multiplexer.GetSubscriber();
        return _queues.Length > 0 && Array.TrueForAll(_queues, queue => subscriber.SubscribedEndpoint(queue.Channel) is not null && subscriber.IsConnected(queue.Channel));
    }

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs restored)
    {
        // Told before the client has subscribed again. Whichever connection it was that broke: what matters is the one of the subscriptions.
        if (redis.IsCluster ? IsListening() : redis.Multiplexer.GetSubscriber().IsConnected())
        {
            _listening.Begin(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>
    /// Takes what has arrived. Before a signal is acted on, all messages are taken that came before it, as the copy that it speaks of may be among them.
    /// </summary>
    private void TakeAll(CancellationToken stoppingToken)
    {
        TakeMessages(stoppingToken);
        while (_signals!.TryRead(out var signal))
        {
            TakeMessages(stoppingToken);
            Take(((string?)signal.Message) ?? "", stoppingToken);
        }

        if (Interlocked.Exchange(ref _connectionLost, 0) == 1)
        {
            foreach (var (name, channel) in _channels)
            {
                if (channel.ConnectionLost() is { } token)
                {
                    _ = ReleaseAsync(name, token);
                }
            }
        }

        Sweep();
    }

    private void TakeMessages(CancellationToken stoppingToken)
    {
        foreach (var (format, queue) in _messages)
        {
            while (queue.TryRead(out var message))
            {
                Take(format, message, stoppingToken);
            }
        }
    }

    private void Take(ILegacyFormat format, ChannelMessage message, CancellationToken stoppingToken)
    {
        var redisChannel = message.Channel.ToString();
        var payload = (ReadOnlyMemory<byte>)message.Message;
        if (!TryRead(format, redisChannel, payload.Span, out var legacy, out var reason))
        {
            InteropEvents.Malformed(logger, redisChannel, reason);
            metrics.Malformed();
            return;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{_nodeId}-{++_lastMessage}");
        GetOrAdd(legacy.Channel, stoppingToken).Add(new PendingMessage(legacy, id, Hash(redisChannel, payload.Span), time.GetTimestamp()));
    }

    private bool TryRead(
        ILegacyFormat format,
        string redisChannel,
        ReadOnlySpan<byte> payload,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LegacyMessage? message,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason)
    {
        try
        {
            if (!format.TryRead(redisChannel, payload, out message, out reason))
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, such as a property's name that holds half of a surrogate pair: every node gets this message, and none may end by it.
            message = null;
            reason = $"it cannot be read: {exception.Message}";
            return false;
        }

        if (message.Event.StartsWith("push.", StringComparison.OrdinalIgnoreCase))
        {
            reason = $"events named 'push.*', as '{message.Event}', are sent by the server alone";
            return false;
        }

        try
        {
            EventRules.Check(message.Channel, message.Event, message.Data, new PublishOptions(), options.Value.MaxEventBytes, TimeSpan.MaxValue);
            return true;
        }
        catch (ArgumentException exception)
        {
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>A signal of a script: <c>A {token}</c> acquired, <c>L {channel} {id} {hash} {ms since the message arrived}</c> logged, <c>R {channel} {token}</c> released, <c>Y {channel} {node}</c> please release.</summary>
    private void Take(string signal, CancellationToken stoppingToken)
    {
        var fields = signal.Split(' ');
        switch (fields)
        {
            case ["A", var token]:
                _barrier.Arrived(token);
                break;

            case ["L", var name, var id, var hash, var age]
                when ChannelName.TryParse(name, out var channel) && uint.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds):
                GetOrAdd(channel, stoppingToken).Logged(new LoggedCopy(id, hash, TimeSpan.FromMilliseconds(milliseconds)));
                break;

            // Not for this node's own, which it gives back for others to take.
            case ["R", var name, var token] when !token.StartsWith(_nodeId, StringComparison.Ordinal) && Find(name) is { } channel:
                channel.Released();
                break;

            // A node has a message that was not logged.
            case ["Y", var name, var node] when node != _nodeId && Find(name) is { } channel:
                if (channel.Asked() is { } given)
                {
                    _ = ReleaseAsync(ChannelName.Parse(name), given);
                }

                break;

            default:
                // Of a channel that this node has nothing of, or of a newer version.
                break;
        }
    }

    private InteropChannel GetOrAdd(ChannelName name, CancellationToken stoppingToken)
    {
        if (!_channels.TryGetValue(name, out var channel))
        {
            channel = new InteropChannel(name, _nodeId, options.Value.Interop.Lease, log, _barrier, _listening, metrics, time, logger, stoppingToken);
            _channels.Add(name, channel);
        }

        return channel;
    }

    private InteropChannel? Find(string name) =>
        ChannelName.TryParse(name, out var channel) ? _channels.GetValueOrDefault(channel) : null;

    /// <summary>Forgets channels that have been quiet; at most once a minute, so that a publisher of many users leaves no trail.</summary>
    private void Sweep()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(_sweptAt, now) < TimeSpan.FromMinutes(1))
        {
            return;
        }

        _sweptAt = now;
        foreach (var (name, channel) in _channels)
        {
            if (channel.IsIdle(now))
            {
                _channels.Remove(name);
            }
        }
    }

    private async Task StopChannelsAsync()
    {
        foreach (var (_, channel) in _channels)
        {
            try
            {
                await channel.StopAsync();
            }
            catch (Exception exception) when (BrokerErrors.IsPassing(exception))
            {
                InteropEvents.NotReleased(logger, exception);
            }
        }
    }

    private async Task ReleaseAsync(ChannelName name, string token)
    {
        try
        {
            await log.ReleaseAsync(name, token);
        }
        catch (Exception exception) when (BrokerErrors.IsPassing(exception) || exception is ObjectDisposedException)
        {
            InteropEvents.NotReleased(logger, exception);
        }
    }

    private static string Hash(string redisChannel, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(redisChannel));
        hash.AppendData([0]);
        hash.AppendData(payload);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
