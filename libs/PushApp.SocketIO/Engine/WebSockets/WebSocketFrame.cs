namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>What a client sent: a whole message, a control frame, its end, or a fault.</summary>
/// <param name="Opcode">Text, binary, close, ping or pong.</param>
/// <param name="Data">The payload, unmasked; the receiver's to keep.</param>
/// <param name="Fault">Other than <see cref="WebSocketCloseCode.None"/>: the client broke the rules; nothing more can be read.</param>
/// <param name="IsEnd">The client is gone without a close frame.</param>
internal readonly record struct WebSocketFrame(WebSocketOpcode Opcode, ReadOnlyMemory<byte> Data, ushort Fault = WebSocketCloseCode.None, bool IsEnd = false)
{
    public static WebSocketFrame Broken(ushort fault) => new(WebSocketOpcode.Close, default, fault);

    public static WebSocketFrame End => new(WebSocketOpcode.Close, default, IsEnd: true);
}
