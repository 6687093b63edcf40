using System.Text;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.Interop;

namespace PushApp.Tests.Unit.Push.Interop;

public sealed class RedisRoomViewTests
{
    [Theory]
    [InlineData("""{"name": "myevent", "args": ["default_room", "text"]}""", """["text"]""")]
    [InlineData("""{"args": ["default_room", {"a": 1.0}, [2]], "name": "myevent"}""", """[{"a": 1.0},[2]]""")]
    [InlineData("""{"name": "myevent", "args": ["default_room"]}""", "[]")]
    [InlineData("""{"name": "myevent", "args": []}""", "[]")]
    [InlineData("""{"name": "myevent"}""", "[]")]
    [InlineData("""{"name": "myevent", "args": ["other", 1]}""", """["other",1]""")]
    [InlineData("""{"name": "myevent", "args": [1, "default_room"]}""", """[1,"default_room"]""")]
    public void What_emit_to_channel_publishes_is_an_event_of_the_room(string payload, string data)
    {
        Assert.True(View().TryRead("socketio_default_room", Encoding.UTF8.GetBytes(payload), out var message, out var reason), reason);
        Assert.Equal(new LegacyMessage("room:default_room", "myevent", data), message);
    }

    [Fact]
    public void The_room_stays_where_that_is_asked_for()
    {
        Assert.True(View(includeRoom: true).TryRead("socketio_a", """{"name":"e","args":["a","x"]}"""u8, out var message, out _));
        Assert.Equal("""["a","x"]""", message.Data);
    }

    [Theory]
    [InlineData("socketio_a", "")]
    [InlineData("socketio_a", "[]")]
    [InlineData("socketio_a", "{}")]
    [InlineData("socketio_a", """{"name": 1, "args": []}""")]
    [InlineData("socketio_a", """{"name": "e", "args": "x"}""")]
    [InlineData("socketio_a", """{"name": "e", "args": {}}""")]
    [InlineData("socketio_a", """{"name": "\ud800", "args": []}""")]
    [InlineData("socketio_", """{"name": "e", "args": []}""")]
    public void Anything_else_is_skipped_with_the_reason(string redisChannel, string payload)
    {
        Assert.False(View().TryRead(redisChannel, Encoding.UTF8.GetBytes(payload), out _, out var reason));
        Assert.NotEmpty(reason);
    }

    private static RedisRoomView View(bool includeRoom = false)
    {
        var options = new PushOptions();
        options.Interop.IncludeRoom = includeRoom;
        return new RedisRoomView(Options.Create(options));
    }
}
