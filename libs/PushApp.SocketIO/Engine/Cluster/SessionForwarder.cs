using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.SocketIO.Telemetry;
using StackExchange.Redis;
using Yarp.ReverseProxy.Forwarder;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>
/// Hands a request for another node's session to that node, WebSockets included, and its answer to the client: a POST is answered when the owner has taken it. What was forwarded once is
/// never forwarded again.
/// </summary>
internal sealed partial class SessionForwarder : IDisposable
{
    private readonly NodeDirectory _nodes;
    private readonly IHttpForwarder _forwarder;
    private readonly ForwarderRequestConfig _config;
    private readonly SessionTransformer _transformer;
    private readonly HttpMessageInvoker _client;
    private readonly CancellationToken _stopping;
    private readonly long _maxPayload;
    private readonly SocketIOMetrics _metrics;
    private readonly ILogger<SessionForwarder> _logger;

    public SessionForwarder(
        NodeDirectory nodes, IHttpForwarder forwarder, IForwardSeal seal, IOptions<SocketIOOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, SocketIOMetrics metrics,
        ILogger<SessionForwarder> logger)
    {
        _nodes = nodes;
        _forwarder = forwarder;
        _logger = logger;
        _metrics = metrics;
        _stopping = lifetime.ApplicationStopping;
        _maxPayload = options.Value.Engine.MaxPayload;
        _transformer = new SessionTransformer(seal, time);
        _config = new ForwarderRequestConfig
        {
            // Longer than a poll or a WebSocket is ever silent.
            ActivityTimeout = options.Value.Engine.PingInterval + options.Value.Engine.PingTimeout + TimeSpan.FromSeconds(15),
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = options.Value.Cluster.ConnectTimeout,

            // Sooner than the other node closes them (Kestrel's 130 s): a POST that met a closed one could not be sent again.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
        });
    }

    /// <summary>Forwards a request. Null: it was answered; otherwise the error to answer it with.</summary>
    public async Task<EngineError?> ForwardAsync(HttpContext context, string node)
    {
        if (!_nodes.IsEnabled || ForwardedRequest.Is(context))
        {
            return EngineError.UnknownSession;
        }

        string? address;
        try
        {
            address = await _nodes.FindAsync(node).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            CannotFind(_logger, node, error);
            _metrics.Forwarded("undecided");
            return EngineError.NodesUnknown;
        }

        if (address is null)
        {
            _metrics.Forwarded("unknown");
            return EngineError.UnknownSession;
        }

        // The server's own bound may be lower than the owner's, which decides.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            bound.MaxRequestBodySize = _maxPayload + 1;
        }

        // When this node stops, what goes through it ends as what is its own does: its clients come back through another node, and recover.
        context.Items[SessionTransformer.NodeItem] = node;
        var failure = await _forwarder.SendAsync(context, address, _client, _config, _transformer, _stopping).ConfigureAwait(false);
        if (failure == ForwarderError.None || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            _metrics.Forwarded("forwarded");
            return null;
        }

        if (_stopping.IsCancellationRequested)
        {
            context.Response.Clear();
            return EngineError.Stopping;
        }

        NotReached(_logger, node, address, failure, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        _metrics.Forwarded("unreachable");
        _nodes.Forget(node);
        context.Response.Clear();
        return EngineError.UnknownSession;
    }

    public void Dispose() => _client.Dispose();

    [LoggerMessage(35, LogLevel.Warning, "Node {Node} cannot be looked up in Redis, so that a request for its session cannot be forwarded.", EventName = "CannotFind")]
    private static partial void CannotFind(ILogger logger, string node, Exception error);

    [LoggerMessage(36, LogLevel.Warning, "Node {Node} was not reached at {Address} ({Failure}); its client is sent away and reconnects.", EventName = "NotReached")]
    private static partial void NotReached(ILogger logger, string node, string address, ForwarderError failure, Exception? error);
}
