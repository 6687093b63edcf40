using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.WebSockets;

namespace PushApp.SocketIO.Engine;

/// <summary>
/// One message of Engine.IO: UTF-8 text, or bytes. A class, so that what is broadcast is made once and waits in many outboxes as a reference. Immutable; the bytes of a
/// received message are the receiver's to keep, those of a sent one must not change any more.
/// </summary>
internal sealed class EngineMessage(ReadOnlyMemory<byte> data, bool isBinary) : EnginePacket(EnginePacketType.Message, data, isBinary)
{
    /// <summary>Text, with its WebSocket frame finished around it, in the same bytes.</summary>
    /// <param name="bytes">The text, behind <see cref="EnginePacket.FrameRoom"/> bytes; the message's from here on.</param>
    public static EngineMessage Framed(Memory<byte> bytes) =>
        new(bytes[FrameRoom..], isBinary: false) { Frame = WebSocketFrameWriter.Finish(bytes, EnginePacketType.Message) };
}
