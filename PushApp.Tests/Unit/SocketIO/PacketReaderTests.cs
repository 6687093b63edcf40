using System.Text;
using PushApp.SocketIO.Protocol;

namespace PushApp.Tests.Unit.SocketIO;

public sealed class PacketReaderTests
{
    [Theory]
    [InlineData("0", PacketType.Connect, "/")]
    [InlineData("0{\"token\":\"123\"}", PacketType.Connect, "/")]
    [InlineData("0/custom", PacketType.Connect, "/custom")]
    [InlineData("0/custom,", PacketType.Connect, "/custom")]
    [InlineData("0/custom,{\"a\":1}", PacketType.Connect, "/custom")]
    [InlineData("1", PacketType.Disconnect, "/")]
    [InlineData("1/custom,", PacketType.Disconnect, "/custom")]
    [InlineData("2[\"a\"]", PacketType.Event, "/")]
    [InlineData("2[1,2]", PacketType.Event, "/")]
    [InlineData("2/custom,12[\"a\",{\"b\":[]}]", PacketType.Event, "/custom")]
    [InlineData("312[]", PacketType.Ack, "/")]
    [InlineData("3/custom,0[\"x\"]", PacketType.Ack, "/custom")]
    [InlineData("50-[\"a\"]", PacketType.Event, "/")]
    public void Valid_packets_are_read(string text, object type, string name)
    {
        Assert.True(Read(text, out var packet, out var error), error);
        Assert.Equal((PacketType)type, packet!.Type);
        Assert.Equal(name, packet.Namespace);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("9[\"a\"]")]
    [InlineData("abc")]
    [InlineData("0[]")]
    [InlineData("0\"a\"")]
    [InlineData("0{")]
    [InlineData("0{}x")]
    [InlineData("01{}")]
    [InlineData("1{}")]
    [InlineData("2")]
    [InlineData("2{}")]
    [InlineData("2[]")]
    [InlineData("2[{}]")]
    [InlineData("2[null]")]
    [InlineData("2[\"a\"")]
    [InlineData("2[\"a\"]x")]
    [InlineData("2abc[\"a\"]")]
    [InlineData("2[\"connect\"]")]
    [InlineData("2[\"connect_error\"]")]
    [InlineData("2[\"disconnect\"]")]
    [InlineData("2[\"disconnecting\"]")]
    [InlineData("2[\"newListener\"]")]
    [InlineData("2[\"removeListener\"]")]
    [InlineData("2[\"\\u0063onnect\"]")]
    [InlineData("21234567890123456[\"a\"]")]
    [InlineData("3[]")]
    [InlineData("31{}")]
    [InlineData("4{\"message\":\"no\"}")]
    [InlineData("5[\"a\"]")]
    [InlineData("5-[\"a\"]")]
    [InlineData("5x-[\"a\"]")]
    [InlineData("5999-[\"a\"]")]
    [InlineData("51")]
    [InlineData("2[\"a\",\"\\ud8\"]")]
    public void Bad_forms_are_refused(string text)
    {
        Assert.False(Read(text, out var packet, out var error));
        Assert.Null(packet);
        Assert.NotEmpty(error!);
    }

    [Fact]
    public void Arguments_stay_as_they_came()
    {
        Assert.True(Read("""2["a", 1.50 ,"\u00e9+<é", {"b" : [1e3]}, null]""", out var packet, out _));

        Assert.Equal("a", packet!.EventName);
        Assert.Equal(["1.50", "\"\\u00e9+<é\"", "{\"b\" : [1e3]}", "null"], packet.Arguments!.Items.Select(item => Encoding.UTF8.GetString(item.Span)));
    }

    [Fact]
    public void Attachments_complete_an_event()
    {
        var reader = new PacketReader(new PacketLimits());

        Assert.True(reader.TryReadText("""52-/x,7["a",{"_placeholder":true,"num":1},{"num":0,"_placeholder":true}]"""u8.ToArray(), out var packet, out _));
        Assert.Null(packet);
        Assert.True(reader.IsIncomplete);
        Assert.True(reader.TryReadBinary(new byte[] { 1 }, out packet, out _));
        Assert.Null(packet);
        Assert.True(reader.TryReadBinary(new byte[] { 2 }, out packet, out _));

        Assert.Equal(7, packet!.AckId);
        Assert.Equal([2], packet.Arguments!.Get<byte[]>(0)!);
        Assert.Equal([1], packet.Arguments.Get<ReadOnlyMemory<byte>>(1).ToArray());
        Assert.False(reader.IsIncomplete);
    }

    [Fact]
    public void Text_in_place_of_an_attachment_is_refused()
    {
        var reader = new PacketReader(new PacketLimits());
        Assert.True(reader.TryReadText("""51-["a",{"_placeholder":true,"num":0}]"""u8.ToArray(), out _, out _));

        Assert.False(reader.TryReadText("2[\"b\"]"u8.ToArray(), out _, out _));
    }

    [Fact]
    public void Bytes_that_nothing_announced_are_refused() =>
        Assert.False(new PacketReader(new PacketLimits()).TryReadBinary(new byte[] { 1 }, out _, out _));

    [Theory]
    [InlineData("""{"_placeholder":true,"num":1}""")]
    [InlineData("""{"_placeholder":true,"num":-1}""")]
    [InlineData("""{"_placeholder":true,"num":0.5}""")]
    [InlineData("""{"_placeholder":true,"num":"splice"}""")]
    [InlineData("""{"_placeholder":true}""")]
    [InlineData("""{"num":1,"_placeholder":true}""")]
    [InlineData("""[[{"x":{"_placeholder":true,"num":9}}]]""")]
    public void Placeholders_of_no_attachment_are_refused(string argument)
    {
        var reader = new PacketReader(new PacketLimits());
        Assert.True(reader.TryReadText(Encoding.UTF8.GetBytes($"51-[\"a\",{argument}]"), out _, out _));

        Assert.False(reader.TryReadBinary(new byte[] { 1 }, out _, out _));
    }

    [Fact]
    public void Json_deeper_than_the_limit_is_refused()
    {
        var limits = new PacketLimits(MaxJsonDepth: 10);

        Assert.True(new PacketReader(limits).TryReadText(Nested(9), out _, out _));
        Assert.False(new PacketReader(limits).TryReadText(Nested(10), out _, out _));

        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes($"2[\"a\",{new string('[', depth)}{new string(']', depth)}]");
    }

    [Fact]
    public void Half_a_surrogate_pair_in_an_argument_is_the_handlers_affair() =>
        Assert.True(Read("2[\"a\",\"\\ud83d\"]", out _, out var error), error);

    [Theory]
    [InlineData(256, 0, true)]
    [InlineData(256, 5, true)]
    [InlineData(257, 0, false)]
    [InlineData(10, 6, false)]
    [InlineData(257, 5, false)]
    public void A_query_behind_a_namespace_has_room_of_its_own_where_there_may_be_one(int name, int query, bool fits)
    {
        var text = $"0/{new string('n', name - 1)}{(query == 0 ? "" : $"?{new string('q', query - 1)}")},";

        Assert.Equal(fits, new PacketReader(new PacketLimits(MaxQueryLength: 5)).TryReadText(Encoding.UTF8.GetBytes(text), out _, out _));
        Assert.Equal(name + query <= 256, new PacketReader(new PacketLimits()).TryReadText(Encoding.UTF8.GetBytes(text), out _, out _));
    }

    private static bool Read(string text, out Packet? packet, out string? error) =>
        new PacketReader(new PacketLimits()).TryReadText(Encoding.UTF8.GetBytes(text), out packet, out error);
}
