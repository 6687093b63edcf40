using PushApp.SocketIO.Engine;

namespace PushApp.SocketIO;

/// <summary>
/// Why a socket disconnected, as <see cref="SocketNamespace.OnDisconnectedAsync"/> is told: the reference's texts (https://socket.io/docs/v4/server-socket-instance/#disconnect).
/// </summary>
public static class DisconnectReasons
{
    /// <summary>The client left the namespace.</summary>
    public const string ClientNamespace = "client namespace disconnect";

    /// <summary>The server disconnected the socket.</summary>
    public const string ServerNamespace = "server namespace disconnect";

    /// <summary>The connection was lost or closed by the client: its user left the page, or changed networks.</summary>
    public const string TransportClose = EngineCloseReasons.TransportClose;

    /// <summary>The connection failed.</summary>
    public const string TransportError = EngineCloseReasons.TransportError;

    /// <summary>The client did not answer in time.</summary>
    public const string PingTimeout = EngineCloseReasons.PingTimeout;

    /// <summary>The client sent something that is no packet.</summary>
    public const string ParseError = EngineCloseReasons.ParseError;

    /// <summary>The server ended the connection: it was in no namespace in time, or its limits were exceeded.</summary>
    public const string ForcedClose = EngineCloseReasons.ForcedClose;

    /// <summary>The node stops.</summary>
    public const string ServerShuttingDown = EngineCloseReasons.ServerShuttingDown;

    /// <summary>The client took what it was sent too slowly.</summary>
    public const string SlowConsumer = EngineCloseReasons.SlowConsumer;

    /// <summary>The client sent more packets than it may (<see cref="EngineOptions"/>).</summary>
    public const string TooManyPackets = EngineCloseReasons.TooManyPackets;

    /// <summary>Whether a client that comes back may recover after this (https://socket.io/docs/v4/connection-state-recovery).</summary>
    internal static bool IsRecoverable(string reason) =>
        reason is TransportClose or TransportError or PingTimeout or ForcedClose or ServerShuttingDown or SlowConsumer;
}
