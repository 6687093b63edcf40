using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PushApp.SocketIO.Engine.Cluster;
using PushApp.SocketIO.Engine.Polling;
using PushApp.SocketIO.Engine.Security;
using PushApp.SocketIO.Engine.Sessions;
using PushApp.SocketIO.Engine.Timing;
using PushApp.SocketIO.Engine.WebSockets;
using PushApp.SocketIO.Telemetry;

namespace PushApp.SocketIO.Engine;

/// <summary>
/// Serves one path: checks each request in the reference's order, opens sessions, and hands the requests of a session to it, or to the node that it belongs to.
/// Made by <see cref="EngineServerFactory"/>. Thread-safe.
/// </summary>
internal sealed partial class EngineServer : IDisposable
{
    private static readonly TimeSpan PauseBeforeHandshakeV3 = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<string, EngineSession> _sessions = new(StringComparer.Ordinal);
    private readonly Func<IEngineListener> _listeners;
    private readonly EngineServices _services;
    private readonly OriginPolicy _origins;
    private readonly Lock _carriedLock = new();
    private volatile bool _isStopping;
    private int _carried;
    private TaskCompletionSource? _left;

    public EngineServer(EngineServices services, EngineOptions options, Func<IEngineListener> listeners)
    {
        _services = services;
        _listeners = listeners;
        _origins = new OriginPolicy(options);
        Options = options;
        Logger = services.Loggers.CreateLogger<EngineServer>();

        // Fine enough for the shortest of the times, and never finer than timers are.
        var shortest = new[] { options.PingInterval, options.PingTimeout, options.UpgradeTimeout }.Min();
        Wheel = new DeadlineWheel(services.Time, TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 40, 5, 500)), Logger);
    }

    public EngineOptions Options { get; }

    public DeadlineWheel Wheel { get; }

    public TimeProvider Time => _services.Time;

    public ILogger Logger { get; }

    public SocketIOMetrics Metrics => _services.OwnMetrics;

    /// <summary>Open sessions.</summary>
    public int Count => _sessions.Count;

    public async Task HandleAsync(HttpContext context)
    {
        // Of a forwarded request, the node it came to has written them.
        if (!ForwardedRequest.Is(context))
        {
            await _origins.WithholdCredentialsAsync(context).ConfigureAwait(false);
            if (_origins.ApplyCors(context))
            {
                return;
            }
        }

        var outcome = await HandleCheckedAsync(context).ConfigureAwait(false);
        if (outcome.Error is { } error)
        {
            Metrics.Refused(error);
            if (error == EngineError.Forbidden && !_origins.IsAllowed(context.Request) && !ForwardedRequest.Is(context))
            {
                var origin = context.Request.Headers.Origin.ToString();
                OriginRefused(Logger, origin[..Math.Min(origin.Length, 200)]);
            }

            Refused(Logger, context.Request.Path, error.Code, error.Message);
            await error.WriteAsync(context).ConfigureAwait(false);
        }
        else if (outcome is { Session: { } session, Socket: { } socket })
        {
            // From here, and not from within the checks, so that they and what they have parsed do not live as long as the WebSocket.
            context.Features.Set<IQueryFeature?>(null);
            outcome = default;
            if (socket.Wire is { } wire)
            {
                // Nothing of the request is needed any more: it ends here, and the WebSocket goes on.
                Carry();
                wire.ReadBy(session, socket);
                return;
            }

            await session.RunAsync(socket).ConfigureAwait(false);
        }
    }

    /// <summary>Ends every session, and lets none open any more.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (var session in _sessions.Values)
        {
            session.Close(EngineCloseReasons.ServerShuttingDown);
        }
    }

    /// <summary>Completes when no WebSocket is left that goes on without its request, for which the web server does not wait.</summary>
    public Task WhenLeftAsync()
    {
        lock (_carriedLock)
        {
            return _carried == 0 ? Task.CompletedTask : (_left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Dispose() => Wheel.Dispose();

    /// <summary>A WebSocket that was carried has ended.</summary>
    internal void Left()
    {
        lock (_carriedLock)
        {
            if (--_carried == 0)
            {
                _left?.TrySetResult();
                _left = null;
            }
        }
    }

    /// <summary>The session is found no more.</summary>
    internal void Remove(EngineSession session) => _sessions.TryRemove(session.Id, out _);

    internal void Ended(EngineSession session, string reason)
    {
        _services.Limiter.Release(session.Lease);
        _services.Metrics.ConnectionClosed(session.Transport);
        _services.Metrics.Closed(reason);
        Metrics.SessionClosed(session.Transport, session.Protocol, reason);
        SessionEnded(Logger, session.Id, reason);
    }

    internal void Upgraded(EngineSession session)
    {
        Metrics.Upgraded(session.Protocol);
        _services.Metrics.ConnectionClosed(EngineTransports.Polling);
        _services.Metrics.ConnectionOpened(EngineTransports.WebSocket);
    }

    /// <summary>Begins a session: registers it, and lets the layer above know.</summary>
    internal void Open(EngineSession session, WebSocketConnection? socket)
    {
        var transport = socket is null ? EngineTransports.Polling : EngineTransports.WebSocket;
        _services.Metrics.ConnectionOpened(transport);
        Metrics.SessionOpened(transport, session.Protocol);
        _sessions[session.Id] = session;
        session.Open(HandshakeData(session, socket is null), socket);
        if (_isStopping)
        {
            session.Close(EngineCloseReasons.ServerShuttingDown);
        }
    }

    private void Carry()
    {
        lock (_carriedLock)
        {
            _carried++;
        }
    }

    private async Task<Outcome> HandleCheckedAsync(HttpContext context)
    {
        var request = context.Request;
        string? transport = request.Query["transport"];
        if (!(transport == EngineTransports.Polling && Options.AllowPolling) && !(transport == EngineTransports.WebSocket && Options.AllowWebSocket))
        {
            return EngineError.UnknownTransport;
        }

        if (!OriginPolicy.IsWellFormed(request))
        {
            return EngineError.BadRequest;
        }

        var isUpgrade = WebSocketHandshake.IsUpgrade(context);
        string? id = request.Query["sid"];
        return string.IsNullOrEmpty(id)
            ? await OpenAsync(context, transport, isUpgrade).ConfigureAwait(false)
            : await ContinueAsync(context, transport, isUpgrade, id).ConfigureAwait(false);
    }

    private async Task<Outcome> ContinueAsync(HttpContext context, string transport, bool isUpgrade, string id)
    {
        if (!SessionId.TryGetNode(id, out var node))
        {
            return EngineError.UnknownSession;
        }

        if (node != _services.Node.Id)
        {
            return new Outcome(_origins.IsAllowed(context.Request) ? await _services.Forwarder.ForwardAsync(context, node).ConfigureAwait(false) : EngineError.Forbidden);
        }

        if (_sessions.TryGetValue(id, out var session))
        {
            session.EndIfExpired();
        }

        if (session is null || !_sessions.ContainsKey(id))
        {
            return EngineError.UnknownSession;
        }

        if (!isUpgrade && session.Transport != transport)
        {
            return EngineError.BadRequest;
        }

        // A request that another node has forwarded was checked there, where its scheme and host are known.
        if (!ForwardedRequest.Is(context) && !_origins.IsAllowed(context.Request))
        {
            return EngineError.Forbidden;
        }

        if (await _services.Principals.GetAsync(context).ConfigureAwait(false) is not { } caller || !SessionOwner.IsSame(session.Handshake.Principal, caller))
        {
            StrangersRequest(Logger, id[..(SessionId.NodeLength + 4)]);
            return EngineError.Forbidden;
        }

        if (isUpgrade)
        {
            if (transport != EngineTransports.WebSocket || !WebSocketHandshake.IsValid(context))
            {
                return EngineError.BadRequest;
            }

            return new Outcome(null, session, await UpgradeEndpoint.UpgradeAsync(context, this, session).ConfigureAwait(false));
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            await PollingEndpoint.GetAsync(context, this, session).ConfigureAwait(false);
        }
        else if (HttpMethods.IsPost(context.Request.Method))
        {
            await PollingEndpoint.PostAsync(context, this, session).ConfigureAwait(false);
        }
        else
        {
            return EngineError.BadRequest;
        }

        return default;
    }

    private async Task<Outcome> OpenAsync(HttpContext context, string transport, bool isUpgrade)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !(isUpgrade && HttpMethods.IsConnect(request.Method)))
        {
            return EngineError.BadHandshakeMethod;
        }

        if (transport == EngineTransports.WebSocket ? !isUpgrade || !WebSocketHandshake.IsValid(context) : isUpgrade)
        {
            return EngineError.BadRequest;
        }

        if (!_origins.IsAllowed(request) || await _services.Principals.GetAsync(context).ConfigureAwait(false) is not { } principal)
        {
            return EngineError.Forbidden;
        }

        // The reference takes whatever is not 4 for 3; only what says 3 is taken for it here.
        string? version = request.Query["EIO"];
        var protocol = version == "4" ? 4 : version == "3" && Options.AllowEIO3 ? 3 : 0;
        if (protocol == 0)
        {
            return EngineError.UnsupportedProtocol;
        }

        if (protocol == 3 && request.Query.ContainsKey("j"))
        {
            // Polling by script elements, for browsers that have gone; the answer would not be what the client waits for.
            return EngineError.BadRequest;
        }

        if (_isStopping)
        {
            return EngineError.Stopping;
        }

        var listener = _listeners();
        if (!_services.Limiter.TryAcquire(principal, context.Connection.RemoteIpAddress, out var lease, out var limit))
        {
            LimitReached(Logger, limit, principal.UserName, context.Connection.RemoteIpAddress?.ToString());
            return EngineError.TooManySessions;
        }

        var handshake = EngineHandshakeFactory.Create(context, principal, Time.GetUtcNow());
        var session = new EngineSession(
            this, listener, SessionId.New(_services.Node.Id, protocol), protocol, handshake, supportsBinary: !request.Query.ContainsKey("b64"), lease);
        if (Options.Cookie is { } cookie)
        {
            context.Response.Cookies.Append(cookie, session.Id, new CookieOptions { Path = "/", HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = request.IsHttps });
        }

        if (isUpgrade)
        {
            WebSocketConnection? socket = null;
            try
            {
                socket = await WebSocketHandshake.AcceptAsync(context, Options).ConfigureAwait(false);
                if (protocol == 3)
                {
                    // Clients of version 3 (its own test suite is one) may begin to listen only after the WebSocket's `open`, and would miss a packet that comes in the same segment.
                    await Task.Delay(PauseBeforeHandshakeV3, Time, context.RequestAborted).ConfigureAwait(false);
                }
            }
            catch (Exception error)
            {
                _services.Limiter.Release(lease);
                socket?.Release();
                if (error is IOException or OperationCanceledException)
                {
                    // The client went away meanwhile.
                    return default;
                }

                throw;
            }

            Open(session, socket);
            return new Outcome(null, session, socket);
        }

        Open(session, socket: null);
        await PollingEndpoint.GetAsync(context, this, session).ConfigureAwait(false);
        return default;
    }

    private byte[] HandshakeData(EngineSession session, bool isPolling)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>(192);
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        writer.WriteString("sid", session.Id);
        writer.WriteStartArray("upgrades");
        if (isPolling && Options.AllowWebSocket)
        {
            writer.WriteStringValue(EngineTransports.WebSocket);
        }

        writer.WriteEndArray();
        writer.WriteNumber("pingInterval", (long)Options.PingInterval.TotalMilliseconds);
        writer.WriteNumber("pingTimeout", (long)Options.PingTimeout.TotalMilliseconds);
        writer.WriteNumber("maxPayload", Options.MaxPayload);
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenSpan.ToArray();
    }

    /// <summary>What became of a request: an error to answer it with; a WebSocket to run; or neither, when it was answered.</summary>
    private readonly record struct Outcome(EngineError? Error, EngineSession? Session = null, WebSocketConnection? Socket = null)
    {
        public static implicit operator Outcome(EngineError error) => new(error);
    }

    [LoggerMessage(1, LogLevel.Debug, "Refused a request to {Path}: {Code} {Error}.", EventName = "Refused")]
    private static partial void Refused(ILogger logger, string path, int code, string error);

    [LoggerMessage(5, LogLevel.Information, "Refused a page of {Origin}, which may not connect. If it is to, add it to SocketIO:Engine:AllowedOrigins.", EventName = "OriginRefused")]
    private static partial void OriginRefused(ILogger logger, string origin);

    [LoggerMessage(2, LogLevel.Warning, "A request for session {SessionStart}… came from somebody else than its owner.", EventName = "StrangersRequest")]
    private static partial void StrangersRequest(ILogger logger, string sessionStart);

    [LoggerMessage(3, LogLevel.Warning, "The most connections of {Limit} are open; refused one more to {UserName} at {Address}.", EventName = "LimitReached")]
    private static partial void LimitReached(ILogger logger, string? limit, string? userName, string? address);

    [LoggerMessage(4, LogLevel.Debug, "Session {SessionId} ended: {Reason}.", EventName = "SessionEnded")]
    private static partial void SessionEnded(ILogger logger, string sessionId, string reason);
}
