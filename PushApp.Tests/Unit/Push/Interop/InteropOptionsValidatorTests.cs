using PushApp.Push;
using PushApp.Push.Interop;

namespace PushApp.Tests.Unit.Push.Interop;

public sealed class InteropOptionsValidatorTests
{
    [Theory]
    [InlineData("sse", "socketio_", true)]
    [InlineData("events", "rooms:", true)]
    [InlineData("", "socketio_", false)]
    [InlineData("sse", "", false)]
    [InlineData("sse", "sse_", false)]
    [InlineData("sse", "s", false)]
    [InlineData("sse", "sse_rooms_", false)]
    public void Two_formats_never_share_a_redis_channel(string sse, string rooms, bool valid)
    {
        var options = new PushOptions();
        options.Interop.SseChannel = sse;
        options.Interop.SocketIOPrefix = rooms;
        Assert.Equal(valid, new InteropOptionsValidator().Validate(null, options).Succeeded);
    }
}
