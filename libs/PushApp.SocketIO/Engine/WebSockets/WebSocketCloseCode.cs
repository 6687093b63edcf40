namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>Why a side closes (https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1).</summary>
internal static class WebSocketCloseCode
{
    /// <summary>Sent as a close frame without a code.</summary>
    public const ushort None = 0;

    public const ushort ProtocolError = 1002;

    public const ushort InvalidText = 1007;

    public const ushort TooBig = 1009;
}
