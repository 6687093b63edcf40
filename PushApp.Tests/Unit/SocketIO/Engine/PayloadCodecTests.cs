using System.Buffers;
using System.Text;
using CsCheck;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Packets;

namespace PushApp.Tests.Unit.SocketIO.Engine;

/// <summary>The codecs of Engine.IO: any packets come back as they were written, and any bytes are packets or are refused.</summary>
public sealed class PayloadCodecTests
{
    // Text without 0x1E, which version 4 cannot carry in a payload (Socket.IO's JSON never holds it).
    private static readonly Gen<byte[]> Text = Gen.String.Select(text => Encoding.UTF8.GetBytes(text.Replace('\u001e', ' ')));

    private static readonly Gen<EnginePacket> Packet = Gen.Select(Gen.Int[0, 6], Gen.Bool, Text, Gen.Byte.Array[0, 5000]).Select((type, isBinary, text, bytes) =>
        type != (int)EnginePacketType.Message ? new EnginePacket((EnginePacketType)type, text) : isBinary ? new EngineMessage(bytes, true) : new EngineMessage(text, false));

    private static readonly Gen<EnginePacket[]> Packets = Packet.Array[1, 8];

    private static readonly byte[] Telling = [.. "0123456789:b=ABab4\u001e"u8, 0xFF, 0];

    // Bytes that look like payloads are the ones that find faults.
    private static readonly Gen<byte[]> Nearly = Gen.OneOf<byte[]>(
        Gen.Byte.Array[0, 64],
        Gen.Int[0, Telling.Length - 1].Select(index => Telling[index]).Array[0, 64],
        Packets.Select(packets => Write(output => PayloadCodec.Write(output, packets))),
        Packets.Select(packets => Write(output => PayloadCodecV3.WriteText(output, packets))),
        Packets.Select(packets => Write(output => PayloadCodecV3.WriteBinary(output, packets))));

    [Fact]
    public void Version_4_brings_back_any_packets() => Packets.Sample(packets =>
    {
        var body = Write(output => PayloadCodec.Write(output, packets));
        Assert.Equal(PayloadCodec.Length(packets), body.Length);
        AssertSame(packets, Parse(body, PayloadCodec.TryParse));
    });

    [Fact]
    public void Version_3_brings_back_any_packets_as_text() => Packets.Sample(packets =>
        AssertSame(packets, Parse(Write(output => PayloadCodecV3.WriteText(output, packets)), PayloadCodecV3.TryParseText)));

    [Fact]
    public void Version_3_brings_back_any_packets_as_bytes() => Packets.Sample(packets =>
        AssertSame(packets, Parse(Write(output => PayloadCodecV3.WriteBinary(output, packets)), PayloadCodecV3.TryParseBinary)));

    [Fact]
    public void A_frame_brings_back_any_packet() => Gen.Select(Packet, OneOf(3, 4)).Sample((packet, protocol) =>
    {
        var frame = Write(output => PacketCodec.Write(output, packet, protocol));
        Assert.Equal(PacketCodec.Length(packet, protocol), frame.Length);
        EnginePacket parsed;
        Assert.True(packet.IsBinary ? PacketCodec.TryParseBinary(frame, protocol, out parsed) : PacketCodec.TryParseText(frame, out parsed));
        AssertSame([packet], [parsed]);
    });

    [Fact]
    public void Any_bytes_are_packets_or_are_refused() => Gen.Select(Nearly, Gen.Int[0, 63], Gen.Byte).Sample((bytes, at, changed) =>
    {
        if (bytes.Length > 0)
        {
            bytes[at % bytes.Length] = changed;
        }

        foreach (var parse in new Func<ReadOnlyMemory<byte>, List<EnginePacket>, int, bool>[] { PayloadCodec.TryParse, PayloadCodecV3.TryParseText, PayloadCodecV3.TryParseBinary })
        {
            var packets = new List<EnginePacket>();
            if (parse(bytes, packets, int.MaxValue))
            {
                Assert.NotEmpty(packets);
                Assert.All(packets, packet => Assert.True(packet.Data.Length <= bytes.Length));
            }
        }

        Assert.True(!PacketCodec.TryParseText(bytes, out var text) || text.Data.Length == bytes.Length - 1);
        Assert.True(!PacketCodec.TryParseBinary(bytes, 3, out var binary) || binary.Data.Length == bytes.Length - 1);
    });

    [Theory]
    [InlineData("")]
    [InlineData("4a\u001e")]
    [InlineData("\u001e4a")]
    [InlineData("7")]
    [InlineData("bAQI")]
    [InlineData("b=")]
    [InlineData("bA*==")]
    [InlineData("bAQID BA==")]
    public void Version_4_refuses(string body) => Assert.False(PayloadCodec.TryParse(Encoding.UTF8.GetBytes(body), [], 100));

    [Fact]
    public void A_heartbeat_is_always_the_same_packet()
    {
        Assert.True(PacketCodec.TryParseText("2"u8.ToArray(), out var ping));
        Assert.Same(EnginePacket.Ping, ping);
        Assert.True(PacketCodec.TryParseText("3"u8.ToArray(), out var pong));
        Assert.Same(EnginePacket.Pong, pong);
        Assert.True(PacketCodec.TryParseText("3probe"u8.ToArray(), out var answer));
        Assert.Equal("probe"u8, answer.Data.Span);
    }

    [Theory]
    [InlineData("")]
    [InlineData("6:4hell")]
    [InlineData("-1:4")]
    [InlineData("+1:4")]
    [InlineData(":4")]
    [InlineData("0:")]
    [InlineData("99999999999:4")]
    [InlineData("1234567890123:4")]
    [InlineData("2:b4AQ==")]
    public void Version_3_refuses(string body) => Assert.False(PayloadCodecV3.TryParseText(Encoding.UTF8.GetBytes(body), [], 100));

    [Fact]
    public void No_more_packets_are_made_than_may_come_at_once()
    {
        var many = Enumerable.Repeat(new EnginePacket(EnginePacketType.Noop), 1000).ToArray();
        (byte[] Body, Func<ReadOnlyMemory<byte>, List<EnginePacket>, int, bool> Parse)[] bodies =
        [
            (Write(output => PayloadCodec.Write(output, many)), PayloadCodec.TryParse),
            (Write(output => PayloadCodecV3.WriteText(output, many)), PayloadCodecV3.TryParseText),
            (Write(output => PayloadCodecV3.WriteBinary(output, many)), PayloadCodecV3.TryParseBinary),
        ];
        foreach (var (body, parse) in bodies)
        {
            var packets = new List<EnginePacket>();
            Assert.False(parse(body, packets, 999));
            Assert.Equal(1000, packets.Count);
            packets.Clear();
            Assert.False(parse(body, packets, 10));
            Assert.Equal(11, packets.Count);
            packets.Clear();
            Assert.True(parse(body, packets, 1000));
        }
    }

    [Fact]
    public void Version_3_counts_in_UTF_16_and_does_not_cut_a_pair()
    {
        Assert.True(PayloadCodecV3.TryParseText("3:4😀"u8.ToArray(), [], 100));
        Assert.False(PayloadCodecV3.TryParseText("2:4😀"u8.ToArray(), [], 100));
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused() => Assert.False(PacketCodec.TryParseText(new byte[] { (byte)'4', 0xC3, 0x28 }, out _));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static List<EnginePacket> Parse(byte[] body, Func<ReadOnlyMemory<byte>, List<EnginePacket>, int, bool> parse)
    {
        var packets = new List<EnginePacket>();
        Assert.True(parse(body, packets, int.MaxValue));
        return packets;
    }

    private static void AssertSame(EnginePacket[] expected, List<EnginePacket> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            Assert.Equal(expected[i].IsBinary, actual[i].IsBinary);
            Assert.Equal(expected[i].Data.ToArray(), actual[i].Data.ToArray());
        }
    }
}
