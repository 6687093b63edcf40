namespace PushApp.SocketIO.Engine.Packets;

/// <summary>The types of packets; on the wire, the digit (https://github.com/socketio/socket.io/tree/main/docs/engine.io-protocol).</summary>
internal enum EnginePacketType : byte
{
    Open = 0,
    Close = 1,
    Ping = 2,
    Pong = 3,
    Message = 4,
    Upgrade = 5,
    Noop = 6,
}
