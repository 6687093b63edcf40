namespace PushApp.SocketIO.Protocol;

/// <summary>The packet types of Socket.IO protocol 5 (https://socket.io/docs/v4/socket-io-protocol/#packet-types).</summary>
internal enum PacketType
{
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
    ConnectError = 4,
    BinaryEvent = 5,
    BinaryAck = 6,
}
