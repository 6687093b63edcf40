namespace PushApp.SocketIO.Engine;

/// <summary>Why a session ended. The first six are the reference's texts, the others have no equal there.</summary>
internal static class EngineCloseReasons
{
    /// <summary>The client closed it, or its connection went.</summary>
    public const string TransportClose = "transport close";

    /// <summary>The client broke the rules of its transport, or a request of it was cut off.</summary>
    public const string TransportError = "transport error";

    /// <summary>The client has not answered a ping in time.</summary>
    public const string PingTimeout = "ping timeout";

    /// <summary>The server ended this session.</summary>
    public const string ForcedClose = "forced close";

    /// <summary>The node is stopping.</summary>
    public const string ServerShuttingDown = "server shutting down";

    /// <summary>The client sent something that is no packet.</summary>
    public const string ParseError = "parse error";

    /// <summary>More waited for the client than <see cref="EngineOptions.MaxBufferedBytes"/>.</summary>
    public const string SlowConsumer = "slow consumer";

    /// <summary>The client sent more packets than <see cref="EngineOptions.MaxPacketsPerSecond"/>.</summary>
    public const string TooManyPackets = "too many packets";
}
