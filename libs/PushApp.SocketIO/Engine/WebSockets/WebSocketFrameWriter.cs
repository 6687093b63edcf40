using System.Buffers;
using System.Buffers.Binary;
using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>Writes a server's frames: never masked, never fragmented (https://www.rfc-editor.org/rfc/rfc6455#section-5.2).</summary>
internal static class WebSocketFrameWriter
{
    private const byte Final = 0x80;

    /// <summary>A frame of one packet.</summary>
    public static void Write(IBufferWriter<byte> output, EnginePacket packet, int protocol)
    {
        WriteHeader(output, packet.IsBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, PacketCodec.Length(packet, protocol));
        PacketCodec.Write(output, packet, protocol);
    }

    /// <summary>A control frame; its payload is at most 125 bytes.</summary>
    public static void WriteControl(IBufferWriter<byte> output, WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        WriteHeader(output, opcode, payload.Length);
        output.Write(payload);
    }

    public static void WriteClose(IBufferWriter<byte> output, ushort code)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        WriteControl(output, WebSocketOpcode.Close, code == WebSocketCloseCode.None ? [] : payload);
    }

    private static void WriteHeader(IBufferWriter<byte> output, WebSocketOpcode opcode, int length)
    {
        var span = output.GetSpan(10);
        span[0] = (byte)(Final | (byte)opcode);
        if (length < 126)
        {
            span[1] = (byte)length;
            output.Advance(2);
        }
        else if (length <= ushort.MaxValue)
        {
            span[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)length);
            output.Advance(4);
        }
        else
        {
            span[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(span[2..], (ulong)length);
            output.Advance(10);
        }
    }
}
