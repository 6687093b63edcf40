using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PushApp.Push.Redis;

namespace PushApp.SocketIO;

/// <summary>What the servers of all nodes say to each other. At most once: the sockets' events do not go this way.</summary>
internal sealed partial class ServerBus(
    RedisConnection redis, RedisKeys keys, RecoveryStore store, SocketIOOptions options, TimeProvider time, ILogger<ServerBus> logger) : IAsyncDisposable
{
    private readonly QuestionBus<BusRequest, BusReply> _bus = new(
        redis, keys.SocketIOServers, keys.SocketIONode, RandomNumberGenerator.GetHexString(16, lowercase: true), JsonSerializerOptions.Web, time, logger);

    private readonly OutageLog _listening = new(logger, "listen to the other servers");
    private readonly OutageLog _renewals = new(logger, "renew what is kept of this node's sockets");
    private readonly ConcurrentDictionary<string, string> _renewed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private IBusHandler? _handler;
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

    /// <summary>Likewise, and waits until it listens: not longer than the other servers may take to answer.</summary>
    /// <exception cref="TimeoutException">The broker was not there in time.</exception>
    public async Task EnsureListeningAsync(IBusHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureStartedAsync(handler).WaitAsync(options.RequestTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException(
                $"The other servers cannot be reached: the broker was not there within {options.RequestTimeout.TotalSeconds:0.#} s (SocketIO:RequestTimeout). Try again.", error);
        }
    }

    /// <summary>Keeps a socket's state while it is connected.</summary>
    public void Renew(string recoveryId, string token) => _renewed[recoveryId] = token;

    /// <summary>Without effect when another socket of this node has come back in its place.</summary>
    public void EndRenewing(string recoveryId, string token) => _renewed.TryRemove(new KeyValuePair<string, string>(recoveryId, token));

    /// <summary>Tells every server that a socket has another owner.</summary>
    public Task TakeOverAsync(string name, string socketId, string token, CancellationToken cancellationToken) =>
        _bus.TellAsync(new BusRequest(BusRequestKind.TakeOver, _bus.Node, "", name) { Rooms = [socketId], Token = token }).WaitAsync(cancellationToken);

    /// <summary>Tells the other servers.</summary>
    public Task TellAsync(BusRequest request) => _bus.TellAsync(request with { Node = _bus.Node });

    /// <summary>Asks the other servers, and waits for all of them. After <see cref="EnsureListeningAsync"/>, or nobody would hear the answers.</summary>
    /// <returns>The answers, and how many servers did not answer in time.</returns>
    public async Task<(IReadOnlyList<BusReply> Replies, int Missing)> AskAsync(BusRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (replies, missing) = await _bus.AskAsync(
            id => request with { Node = _bus.Node, Id = id, WantsReply = true }, expected: null, timeout, cancellationToken).ConfigureAwait(false);
        if (missing > 0)
        {
            Silent(logger, request.Kind, missing);
        }

        return (replies, missing);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }

    private async Task SubscribeAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await _bus.ListenAsync(TakeRequest, _stopped.Token).ConfigureAwait(false);
                await _handler!.ListenAsync().ConfigureAwait(false);
                _listening.Succeeded();
                return;
            }
            catch (Exception) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Whatever it is (a user of the broker who may not subscribe, say): without this the node would ask and be asked nothing for as long as it lives, though the cause is mended.
                _listening.Failed(error);
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
                _renewals.Succeeded();
            }
            catch (Exception error) when (!_stopped.IsCancellationRequested)
            {
                _renewals.Failed(error);
            }
        }
    }

    private void TakeRequest(BusRequest request)
    {
        if ((request.Node != _bus.Node || request.Kind == BusRequestKind.TakeOver) && _handler is { } handler)
        {
            // Not one after the other: some wait for acknowledgements of clients.
            _ = Task.Run(() => HandleAsync(handler, request));
        }
    }

    private async Task HandleAsync(IBusHandler handler, BusRequest request)
    {
        try
        {
            var reply = await handler.HandleAsync(request, _stopped.Token).ConfigureAwait(false);
            if (request.WantsReply)
            {
                await _bus.ReplyAsync(request.Node, reply with { Id = request.Id }).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            Failed(logger, request.Kind, error);
        }
    }

    [LoggerMessage(40, LogLevel.Warning, "{Missing} servers did not answer {Kind} in time.")]
    private static partial void Silent(ILogger logger, BusRequestKind kind, int missing);

    [LoggerMessage(43, LogLevel.Error, "A request of another server ({Kind}) failed.")]
    private static partial void Failed(ILogger logger, BusRequestKind kind, Exception error);
}

/// <summary>What a server does when another asks.</summary>
internal interface IBusHandler
{
    Task<BusReply> HandleAsync(BusRequest request, CancellationToken cancellationToken);

    /// <summary>The server begins to listen: to whoever else it listens to. Errors of the broker pass through, and it is called again.</summary>
    Task ListenAsync();
}
