using System.Buffers;
using System.Buffers.Binary;
using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>Writes a server's frames: never masked, never fragmented (https://www.rfc-editor.org/rfc/rfc6455#section-5.2).</summary>
internal static class WebSocketFrameWriter
{
    /// <summary>The most bytes that a header takes.</summary>
    public const int MaxHeader = 10;

    private const byte Final = 0x80;

    /// <summary>A frame of one packet.</summary>
    public static void Write(IBufferWriter<byte> output, EnginePacket packet, int protocol)
    {
        if (!packet.Frame.IsEmpty)
        {
            output.Write(packet.Frame.Span);
            return;
        }

        WriteHeader(output, packet.IsBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, PacketCodec.Length(packet, protocol));
        PacketCodec.Write(output, packet, protocol);
    }

    /// <summary>Finishes the frame of a text packet: puts the header and the packet's type before the text, which lies behind <see cref="EnginePacket.FrameRoom"/> bytes.</summary>
    /// <returns>The frame, a part of these bytes.</returns>
    public static ReadOnlyMemory<byte> Finish(Memory<byte> bytes, EnginePacketType type)
    {
        bytes.Span[MaxHeader] = PacketCodec.Digit(type);
        Span<byte> header = stackalloc byte[MaxHeader];
        var length = FormatHeader(header, WebSocketOpcode.Text, bytes.Length - MaxHeader);
        var frame = bytes[(MaxHeader - length)..];
        header[..length].CopyTo(frame.Span);
        return frame;
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

    private static void WriteHeader(IBufferWriter<byte> output, WebSocketOpcode opcode, int length) =>
        output.Advance(FormatHeader(output.GetSpan(MaxHeader), opcode, length));

    private static int FormatHeader(Span<byte> span, WebSocketOpcode opcode, int length)
    {
        span[0] = (byte)(Final | (byte)opcode);
        if (length < 126)
        {
            span[1] = (byte)length;
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            span[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)length);
            return 4;
        }

        span[1] = 127;
        BinaryPrimitives.WriteUInt64BigEndian(span[2..], (ulong)length);
        return MaxHeader;
    }
}
