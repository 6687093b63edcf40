using System.Text;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.Interop;

namespace PushApp.Tests.Unit.Push.Interop;

public sealed class RedisSseViewTests
{
    private static readonly RedisSseView View = new(Options.Create(new PushOptions()));

    [Theory]
    [InlineData("sse", """["myevent", "text"]""", "broadcast", "myevent", "text")]
    [InlineData("sse", """["myevent", "{\"id\": 1}"]""", "broadcast", "myevent", """{"id": 1}""")]
    [InlineData("sse_alice", """["import.done", "{\"n\": 3}"]""", "user:alice", "import.done", """{"n": 3}""")]
    [InlineData("sse_Alice", """["e", "\u00fc\n"]""", "user:alice", "e", "ü\n")]
    [InlineData("sse_a:b c", """["e", ""]""", "user:a%3Ab%20c", "e", "")]
    [InlineData("sse_a_b", """["e", "x"]""", "user:a_b", "e", "x")]
    [InlineData("sse", """["e", 1.50]""", "broadcast", "e", "1.50")]
    [InlineData("sse", """["e", true]""", "broadcast", "e", "true")]
    [InlineData("sse", """["e", null]""", "broadcast", "e", "null")]
    [InlineData("sse", """ ["e", {"a": 1}] """, "broadcast", "e", """{"a": 1}""")]
    public void What_send_event_publishes_is_an_event(string redisChannel, string payload, string channel, string name, string data)
    {
        Assert.True(View.TryRead(redisChannel, Encoding.UTF8.GetBytes(payload), out var message, out var reason), reason);
        Assert.Equal(new LegacyMessage(channel, name, data), message);
    }

    [Theory]
    [InlineData("sse", "")]
    [InlineData("sse", "nonsense")]
    [InlineData("sse", "{}")]
    [InlineData("sse", "[]")]
    [InlineData("sse", """["e"]""")]
    [InlineData("sse", """["e", "x", "y"]""")]
    [InlineData("sse", """[1, "x"]""")]
    [InlineData("sse", """[null, "x"]""")]
    [InlineData("sse", """["e", "x"] more""")]
    [InlineData("sse", """["e", "\ud800"]""")]
    [InlineData("sse", """["e", NaN]""")]
    [InlineData("sse_", """["e", "x"]""")]
    public void Anything_else_is_skipped_with_the_reason(string redisChannel, string payload)
    {
        Assert.False(View.TryRead(redisChannel, Encoding.UTF8.GetBytes(payload), out _, out var reason));
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void A_user_name_too_long_for_a_channel_is_skipped() =>
        Assert.False(View.TryRead("sse_" + new string('a', 300), """["e","x"]"""u8, out _, out _));

    [Fact]
    public void Bytes_that_are_no_text_are_skipped()
    {
        byte[] payload = [.. "[\"e\",\""u8, 0xFF, .. "\"]"u8];
        Assert.False(View.TryRead("sse", payload, out _, out _));
    }

    [Fact]
    public void It_listens_to_its_channels_alone_whatever_they_are_called()
    {
        var options = new PushOptions();
        options.Interop.SseChannel = "s*[x]";
        Assert.Equal(["s*[x]", """s\*\[x\]_*"""], new RedisSseView(Options.Create(options)).Subscriptions.Select(channel => channel.ToString()));
    }
}
