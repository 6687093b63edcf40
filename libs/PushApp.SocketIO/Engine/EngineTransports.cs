namespace PushApp.SocketIO.Engine;

/// <summary>The names of the transports, as the protocol's.</summary>
internal static class EngineTransports
{
    public const string Polling = "polling";

    public const string WebSocket = "websocket";
}
