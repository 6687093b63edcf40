using Microsoft.Extensions.Logging;
using PushApp.Push;
using PushApp.Push.Sse;
using PushApp.Push.Telemetry;
using PushApp.SocketIO.Engine.Cluster;
using PushApp.SocketIO.Engine.Hosting;
using PushApp.SocketIO.Telemetry;

namespace PushApp.SocketIO.Engine;

/// <summary>What every <see cref="EngineServer"/> of this node shares. The limiter and the first metrics are those of the streams: a connection counts the same whatever its transport.</summary>
internal sealed record EngineServices(
    NodeIdentity Node,
    SessionForwarder Forwarder,
    PushPrincipalAccessor Principals,
    StreamLimiter Limiter,
    PushMetrics Metrics,
    SocketIOMetrics OwnMetrics,
    TimeProvider Time,
    ILoggerFactory Loggers);
