using System.Buffers;
using System.Buffers.Text;

namespace PushApp.SocketIO.Engine.Packets;

/// <summary>Several packets in one HTTP body, version 4: joined by 0x1E; a binary message is <c>b</c> and base64.</summary>
internal static class PayloadCodec
{
    private const byte Separator = 0x1E;

    /// <summary>
    /// Parses a body. False where any part of it is no packet; then nothing of it counts. False too where there are more packets than <paramref name="most"/>; then the list has one more, and
    /// no further ones were made. The packets refer to the body's memory.
    /// </summary>
    public static bool TryParse(ReadOnlyMemory<byte> body, List<EnginePacket> packets, int most)
    {
        while (true)
        {
            var end = body.Span.IndexOf(Separator);
            if (!TryParsePacket(end < 0 ? body : body[..end], out var packet))
            {
                return false;
            }

            packets.Add(packet);
            if (end < 0 || packets.Count > most)
            {
                return packets.Count <= most;
            }

            body = body[(end + 1)..];
        }
    }

    /// <summary>The length of what <see cref="Write"/> writes, in bytes.</summary>
    public static long Length(ReadOnlySpan<EnginePacket> packets)
    {
        long length = Math.Max(0, packets.Length - 1);
        foreach (var packet in packets)
        {
            length += 1 + (packet.IsBinary ? Base64.GetMaxEncodedToUtf8Length(packet.Data.Length) : packet.Data.Length);
        }

        return length;
    }

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<EnginePacket> packets)
    {
        for (var i = 0; i < packets.Length; i++)
        {
            if (i > 0)
            {
                WriteByte(output, Separator);
            }

            if (packets[i].IsBinary)
            {
                WriteByte(output, (byte)'b');
                WriteBase64(output, packets[i].Data.Span);
            }
            else
            {
                WriteByte(output, PacketCodec.Digit(packets[i].Type));
                output.Write(packets[i].Data.Span);
            }
        }
    }

    internal static void WriteByte(IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    internal static void WriteBase64(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        // In pieces of three bytes times a thousand, since a pipe hands out blocks of a few KiB.
        const int piece = 3 * 1024;
        while (!data.IsEmpty)
        {
            var part = data[..Math.Min(piece, data.Length)];
            var span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(part.Length));
            Base64.EncodeToUtf8(part, span, out var consumed, out var written, isFinalBlock: part.Length == data.Length);
            output.Advance(written);
            data = data[consumed..];
        }
    }

    /// <summary>Base64 as the reference's clients write it, with padding; no white space.</summary>
    internal static bool TryDecodeBase64(ReadOnlySpan<byte> text, out byte[] data)
    {
        data = [];
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.Length % 4 != 0 || text.ContainsAny(" \t\r\n"u8))
        {
            return false;
        }

        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, buffer, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        data = written == buffer.Length ? buffer : buffer[..written];
        return true;
    }

    private static bool TryParsePacket(ReadOnlyMemory<byte> bytes, out EnginePacket packet)
    {
        if (bytes.Length > 0 && bytes.Span[0] == (byte)'b')
        {
            packet = null!;
            if (!TryDecodeBase64(bytes.Span[1..], out var data))
            {
                return false;
            }

            packet = new EngineMessage(data, isBinary: true);
            return true;
        }

        return PacketCodec.TryParseText(bytes, out packet);
    }
}
