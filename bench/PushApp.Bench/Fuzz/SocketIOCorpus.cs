using System.Buffers;
using System.Text;
using PushApp.SocketIO;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Protocol;

namespace PushApp.Bench.Fuzz;

/// <summary>What mutations begin with: packets of every kind, payloads of both versions, and tokens at which parsers stumble.</summary>
internal static class SocketIOCorpus
{
    public static IReadOnlyList<FuzzCase> Cases { get; } = [.. Packets(), .. Payloads(), .. ChannelData()];

    public static IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. new[]
        {
            "0", "1", "2", "3", "4", "5", "6", "7", "-", "/", ",", "?", "[", "]", "{", "}", "\"", "\\", ":", "b", "=", "\u001e", "\n", "\r\n", "\0", "null", "true", "1e999", "-0", "9223372036854775808",
            "999999999", "4294967296", "{\"_placeholder\":true,\"num\":0}", "{\"num\":1,\"_placeholder\":true}", "{\"_placeholder\":true,\"num\":-1}", "\\u005fplaceholder", "\\ud800", "\\udc00", "\"connect\"",
            "\"disconnect\"", "[[[[[[[[", "51-", "62-", "450-", "43[]", "42[\"a\"]", "/a,", "😀", "b4AQID", "{\"rooms\":[],\"except\":[]}",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0, 1, 255], [1, 9, 255],
    ];

    private static IEnumerable<FuzzCase> Packets()
    {
        var arguments = SocketArguments.From(new { text = "é\"\\", list = new object?[] { 1.5, null, true } });
        var bytes = SocketArguments.FromList([new byte[] { 1, 2, 3 }, new { more = Array.Empty<byte>() }], SocketJson.Default);
        foreach (var messages in new EngineMessage[][]
        {
            PacketWriter.Event("/", "event", arguments), PacketWriter.Event("/chat", "chat message", arguments, 7), PacketWriter.Event("/", "bytes", bytes), PacketWriter.Event("/a", "bytes", bytes, 0),
            PacketWriter.Ack("/", 12, arguments), PacketWriter.Ack("/chat", 999_999_999_999_999, bytes), [PacketWriter.Connect("/", "sid", "pid")], [PacketWriter.Disconnect("/chat")],
            [PacketWriter.ConnectError("/", "{\"message\":\"no\"}"u8)],
        })
        {
            yield return new FuzzCase([.. messages.Select(message => new FuzzMessage(message.Data.ToArray(), message.IsBinary))]);
        }

        foreach (var text in new[] { "0", "0{}", "0/admin,{\"token\":\"123\"}", "1", "1/admin,", "2[\"a\"]", "2/admin,456[\"project:delete\",123]", "3/admin,456[]", "4{\"message\":\"Not authorized\"}", "0/a?b=c" })
        {
            yield return new FuzzCase([FuzzMessage.Text(text)]);
        }
    }

    private static IEnumerable<FuzzCase> Payloads()
    {
        EnginePacket[] packets = [EnginePacket.Ping, new EngineMessage("hello é😀"u8.ToArray(), isBinary: false), new EngineMessage(new byte[] { 0, 1, 30, 255 }, isBinary: true), EnginePacket.Close];
        foreach (var write in new Action<IBufferWriter<byte>>[]
        {
            output => PayloadCodec.Write(output, packets), output => PayloadCodecV3.WriteText(output, packets), output => PayloadCodecV3.WriteBinary(output, packets), output => PacketCodec.Write(output, packets[1], 4),
            output => PacketCodec.Write(output, packets[2], 3),
        })
        {
            var output = new ArrayBufferWriter<byte>();
            write(output);
            yield return new FuzzCase([new FuzzMessage(output.WrittenSpan.ToArray(), IsBinary: false)]);
        }
    }

    private static IEnumerable<FuzzCase> ChannelData()
    {
        foreach (var text in new[] { "[1,\"two\"]", "{\"id\":1}", "hello", "[{\"_placeholder\":true,\"num\":0}]\nAQID", "{\"rooms\":[\"a\"],\"except\":[\"b\"]}\n[1,{\"_placeholder\":true,\"num\":0}]\nAQID" })
        {
            yield return new FuzzCase([FuzzMessage.Text(text)]);
        }
    }
}
