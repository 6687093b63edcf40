using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>
/// What the servers of all nodes say to each other, over one Redis channel; answers come back on a channel of whoever asked. At most once, as PUBLISH is: the sockets' events do not go this way.
/// How many servers there are, PUBLISH tells with each question; on a cluster, too, where all of them listen at the server of the channel's slot.
/// </summary>
internal sealed partial class ServerBus(
    RedisConnection redis, RedisKeys keys, RecoveryStore store, SocketIOOptions options, TimeProvider time, ILogger<ServerBus> logger) : IAsyncDisposable
{
    private readonly string _node = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly ConcurrentDictionary<string, ReplyCollector<BusReply>> _collectors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _renewed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private IBusHandler? _handler;
    private ChannelMessageQueue? _replies;
    private ChannelMessageQueue? _requests;
    private Task? _subscribed;
    private Task _renewing = Task.CompletedTask;

    /// <summary>Begins to listen, with the first socket or question.</summary>
    public Task EnsureStartedAsync(IBusHandler handler)
    {
        lock (_lock)
        {
            if (_subscribed is not null)
            {
                return _subscribed;
            }

            _handler = handler;
            _subscribed = Task.Run(SubscribeAsync);
            if (options.Recovery.Enabled)
            {
                _renewing = Task.Run(RenewAsync);
            }

            return _subscribed;
        }
    }

    /// <summary>Keeps a socket's state while it is connected.</summary>
    public void Renew(string recoveryId, string token) => _renewed[recoveryId] = token;

    /// <summary>Without effect when another socket of this node has come back in its place.</summary>
    public void EndRenewing(string recoveryId, string token) => _renewed.TryRemove(new KeyValuePair<string, string>(recoveryId, token));

    /// <summary>Tells every server that a socket has another owner.</summary>
    public Task TakeOverAsync(string name, string socketId, string token, CancellationToken cancellationToken) =>
        PublishAsync(new BusRequest(BusRequestKind.TakeOver, _node, "", name) { Rooms = [socketId], Token = token }).WaitAsync(cancellationToken);

    /// <summary>Tells the other servers.</summary>
    public Task TellAsync(BusRequest request) => PublishAsync(request with { Node = _node });

    /// <summary>Asks the other servers, and waits for all of them.</summary>
    /// <returns>The answers, and how many servers did not answer in time.</returns>
    public async Task<(IReadOnlyList<BusReply> Replies, int Missing)> AskAsync(BusRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await (_subscribed ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(false);
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var collector = new ReplyCollector<BusReply>();
        _collectors[id] = collector;
        try
        {
            // This server hears it too.
            var servers = await PublishAsync(request with { Node = _node, Id = id, WantsReply = true }).ConfigureAwait(false);
            collector.Expect((int)Math.Max(0, servers - 1));
            try
            {
                await collector.Done.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                Silent(logger, request.Kind, collector.Missing);
            }

            return (collector.Replies, collector.Missing);
        }
        finally
        {
            _collectors.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }

    private Task<long> PublishAsync(BusRequest request) =>
        redis.Database.PublishAsync(redis.Placed(keys.SocketIOServers), JsonSerializer.Serialize(request, JsonSerializerOptions.Web));

    private async Task SubscribeAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await redis.RecognizeAsync().WaitAsync(_stopped.Token).ConfigureAwait(false);
                var subscriber = redis.Multiplexer.GetSubscriber();
                if (_replies is null)
                {
                    _replies = await subscriber.SubscribeAsync(redis.Placed(keys.SocketIONode(_node))).ConfigureAwait(false);
                    _replies.OnMessage(message => TakeReply(message.Message));
                }

                if (_requests is null)
                {
                    _requests = await subscriber.SubscribeAsync(redis.Placed(keys.SocketIOServers)).ConfigureAwait(false);
                    _requests.OnMessage(message => TakeRequest(message.Message));
                }

                await _handler!.ListenAsync().ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (BrokerErrors.IsPassing(error) || error is ObjectDisposedException)
            {
                CannotListen(logger, error);
                await Task.Delay(TimeSpan.FromSeconds(1), time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(store.RenewInterval, time);
        while (await timer.WaitForNextTickAsync(_stopped.Token).ConfigureAwait(false))
        {
            try
            {
                await store.RenewAsync(_renewed.Keys).ConfigureAwait(false);
            }
            catch (Exception error) when (BrokerErrors.IsPassing(error) || error is ObjectDisposedException)
            {
                CannotRenew(logger, error);
            }
        }
    }

    private void TakeReply(RedisValue message)
    {
        if (TryRead<BusReply>(message) is { } reply && _collectors.TryGetValue(reply.Id, out var collector))
        {
            collector.Add(reply);
        }
    }

    private void TakeRequest(RedisValue message)
    {
        if (TryRead<BusRequest>(message) is { } request && request.Node != _node && _handler is { } handler)
        {
            // Not one after the other: some wait for acknowledgements of clients.
            _ = Task.Run(() => HandleAsync(handler, request));
        }
        else if (TryRead<BusRequest>(message) is { Kind: BusRequestKind.TakeOver } own && _handler is { } self)
        {
            _ = Task.Run(() => HandleAsync(self, own));
        }
    }

    private async Task HandleAsync(IBusHandler handler, BusRequest request)
    {
        try
        {
            var reply = await handler.HandleAsync(request, _stopped.Token).ConfigureAwait(false);
            if (request.WantsReply)
            {
                await redis.Database.PublishAsync(redis.Placed(keys.SocketIONode(request.Node)), JsonSerializer.Serialize(reply with { Id = request.Id }, JsonSerializerOptions.Web)).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            Failed(logger, request.Kind, error);
        }
    }

    private T? TryRead<T>(RedisValue message)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>((string)message!, JsonSerializerOptions.Web);
        }
        catch (JsonException error)
        {
            NotOurs(logger, error);
            return null;
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "{Missing} servers did not answer {Kind} in time.")]
    private static partial void Silent(ILogger logger, BusRequestKind kind, int missing);

    [LoggerMessage(41, LogLevel.Warning, "Could not listen to the other servers; trying again.")]
    private static partial void CannotListen(ILogger logger, Exception error);

    [LoggerMessage(42, LogLevel.Warning, "Could not renew what is kept of this node's sockets; trying again.")]
    private static partial void CannotRenew(ILogger logger, Exception error);

    [LoggerMessage(43, LogLevel.Error, "A request of another server ({Kind}) failed.")]
    private static partial void Failed(ILogger logger, BusRequestKind kind, Exception error);

    [LoggerMessage(44, LogLevel.Warning, "A message on the servers' channel is not PushApp's and was skipped.")]
    private static partial void NotOurs(ILogger logger, Exception error);
}

/// <summary>What a server does when another asks.</summary>
internal interface IBusHandler
{
    Task<BusReply> HandleAsync(BusRequest request, CancellationToken cancellationToken);

    /// <summary>The server begins to listen: to whoever else it listens to. Errors of the broker pass through, and it is called again.</summary>
    Task ListenAsync();
}
