using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace PushApp.SocketIO.Engine.Packets;

/// <summary>
/// Several packets in one HTTP body, version 3, each after its length: as text (<c>6:4hello</c>, the length in UTF-16 code units, binary messages as <c>b4</c> and base64),
/// or as bytes (0 for text or 1 for binary, the length's digits one a byte, 255, the packet; the length in bytes).
/// </summary>
internal static class PayloadCodecV3
{
    private const byte EndOfLength = 255;

    // A length of more digits is beyond any payload's bound.
    private const int MaxLengthDigits = 9;

    /// <summary>Parses a body of text; otherwise as <see cref="PayloadCodec.TryParse"/>.</summary>
    public static bool TryParseText(ReadOnlyMemory<byte> body, List<EnginePacket> packets, int most)
    {
        if (body.IsEmpty || !Utf8.IsValid(body.Span))
        {
            return false;
        }

        while (!body.IsEmpty)
        {
            var colon = body.Span[..Math.Min(body.Length, MaxLengthDigits + 1)].IndexOf((byte)':');
            if (colon <= 0 || !Utf8Parser.TryParse(body.Span[..colon], out uint units, out var consumed) || consumed != colon
                || body.Span[0] is not (>= (byte)'0' and <= (byte)'9'))
            {
                return false;
            }

            body = body[(colon + 1)..];
            if (!TryMeasure(body.Span, units, out var length) || !TryParsePacket(body[..length], out var packet))
            {
                return false;
            }

            packets.Add(packet);
            if (packets.Count > most)
            {
                return false;
            }

            body = body[length..];
        }

        return true;
    }

    /// <summary>Parses a body of bytes (<c>application/octet-stream</c>); otherwise as <see cref="TryParseText"/>.</summary>
    public static bool TryParseBinary(ReadOnlyMemory<byte> body, List<EnginePacket> packets, int most)
    {
        if (body.IsEmpty)
        {
            return false;
        }

        while (!body.IsEmpty)
        {
            var kind = body.Span[0];
            var digits = body.Span[1..].IndexOf(EndOfLength);
            if (kind > 1 || digits is <= 0 or > MaxLengthDigits)
            {
                return false;
            }

            var length = 0;
            foreach (var digit in body.Span.Slice(1, digits))
            {
                if (digit > 9)
                {
                    return false;
                }

                length = (length * 10) + digit;
            }

            body = body[(digits + 2)..];
            if (length > body.Length)
            {
                return false;
            }

            EnginePacket packet;
            if (kind == 1 ? !PacketCodec.TryParseBinary(body[..length], 3, out packet) : !TryParsePacket(body[..length], out packet))
            {
                return false;
            }

            packets.Add(packet);
            if (packets.Count > most)
            {
                return false;
            }

            body = body[length..];
        }

        return true;
    }

    /// <summary>Whether packets go as bytes: one of them is binary, and the client has not asked for base64.</summary>
    public static bool IsBinary(ReadOnlySpan<EnginePacket> packets, bool supportsBinary)
    {
        if (supportsBinary)
        {
            foreach (var packet in packets)
            {
                if (packet.IsBinary)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<EnginePacket> packets)
    {
        foreach (var packet in packets)
        {
            if (packet.IsBinary)
            {
                WriteLength(output, 2 + Base64.GetMaxEncodedToUtf8Length(packet.Data.Length));
                PayloadCodec.WriteByte(output, (byte)'b');
                PayloadCodec.WriteByte(output, PacketCodec.Digit(packet.Type));
                PayloadCodec.WriteBase64(output, packet.Data.Span);
            }
            else
            {
                WriteLength(output, 1 + Encoding.UTF8.GetCharCount(packet.Data.Span));
                PayloadCodec.WriteByte(output, PacketCodec.Digit(packet.Type));
                output.Write(packet.Data.Span);
            }
        }
    }

    public static void WriteBinary(IBufferWriter<byte> output, ReadOnlySpan<EnginePacket> packets)
    {
        Span<byte> digits = stackalloc byte[10];
        foreach (var packet in packets)
        {
            PayloadCodec.WriteByte(output, packet.IsBinary ? (byte)1 : (byte)0);
            var length = PacketCodec.Length(packet, 3);
            Utf8Formatter.TryFormat(length, digits, out var count);
            foreach (var digit in digits[..count])
            {
                PayloadCodec.WriteByte(output, (byte)(digit - '0'));
            }

            PayloadCodec.WriteByte(output, EndOfLength);
            PacketCodec.Write(output, packet, 3);
        }
    }

    private static void WriteLength(IBufferWriter<byte> output, int length)
    {
        var span = output.GetSpan(12);
        length.TryFormat(span, out var written, provider: CultureInfo.InvariantCulture);
        span[written] = (byte)':';
        output.Advance(written + 1);
    }

    private static bool TryParsePacket(ReadOnlyMemory<byte> bytes, out EnginePacket packet)
    {
        packet = null!;
        var span = bytes.Span;
        if (span.Length >= 2 && span[0] == (byte)'b')
        {
            if (span[1] != PacketCodec.Digit(EnginePacketType.Message) || !PayloadCodec.TryDecodeBase64(span[2..], out var data))
            {
                return false;
            }

            packet = new EngineMessage(data, isBinary: true);
            return true;
        }

        return PacketCodec.TryParseText(bytes, out packet);
    }

    /// <summary>How many bytes of (valid) UTF-8 a number of UTF-16 code units takes. False where the text ends before, or the number ends within a surrogate pair.</summary>
    private static bool TryMeasure(ReadOnlySpan<byte> text, uint units, out int length)
    {
        length = 0;
        while (units > 0)
        {
            if (length >= text.Length)
            {
                return false;
            }

            var first = text[length];
            var size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            var taken = size == 4 ? 2u : 1u;
            if (taken > units)
            {
                return false;
            }

            length += size;
            units -= taken;
        }

        return true;
    }
}
