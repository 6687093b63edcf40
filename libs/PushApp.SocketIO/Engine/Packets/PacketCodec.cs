using System.Buffers;
using System.Text.Unicode;

namespace PushApp.SocketIO.Engine.Packets;

/// <summary>One packet as it stands in a WebSocket frame, and, as text, in a payload.</summary>
internal static class PacketCodec
{
    /// <summary>A text packet: a digit, then text. False where the bytes are none.</summary>
    public static bool TryParseText(ReadOnlyMemory<byte> bytes, out EnginePacket packet)
    {
        packet = null!;
        if (bytes.IsEmpty || !TryParseType(bytes.Span[0], out var type) || !Utf8.IsValid(bytes.Span))
        {
            return false;
        }

        packet = type switch
        {
            EnginePacketType.Message => new EngineMessage(bytes[1..], isBinary: false),

            // Heartbeats, of which nothing need be left behind.
            EnginePacketType.Ping when bytes.Length == 1 => EnginePacket.Ping,
            EnginePacketType.Pong when bytes.Length == 1 => EnginePacket.Pong,
            _ => new EnginePacket(type, bytes[1..]),
        };
        return true;
    }

    /// <summary>A binary frame of a WebSocket: in version 4 a message as it is, in version 3 after the number of its type.</summary>
    public static bool TryParseBinary(ReadOnlyMemory<byte> bytes, int protocol, out EnginePacket packet)
    {
        packet = null!;
        if (protocol == 4)
        {
            packet = new EngineMessage(bytes, isBinary: true);
            return true;
        }

        // Version 3 could mark any packet so; its clients do for messages alone.
        if (bytes.IsEmpty || bytes.Span[0] != (byte)EnginePacketType.Message)
        {
            return false;
        }

        packet = new EngineMessage(bytes[1..], isBinary: true);
        return true;
    }

    public static bool TryParseType(byte digit, out EnginePacketType type)
    {
        type = (EnginePacketType)(digit - (byte)'0');
        return digit is >= (byte)'0' and <= (byte)'6';
    }

    public static byte Digit(EnginePacketType type) => (byte)('0' + (byte)type);

    /// <summary>Writes what a WebSocket frame holds.</summary>
    public static void Write(IBufferWriter<byte> output, EnginePacket packet, int protocol)
    {
        if (!packet.IsBinary || protocol == 3)
        {
            output.GetSpan(1)[0] = packet.IsBinary ? (byte)packet.Type : Digit(packet.Type);
            output.Advance(1);
        }

        output.Write(packet.Data.Span);
    }

    /// <summary>The length of what <see cref="Write"/> writes, in bytes.</summary>
    public static int Length(EnginePacket packet, int protocol) => packet.Data.Length + (!packet.IsBinary || protocol == 3 ? 1 : 0);
}
