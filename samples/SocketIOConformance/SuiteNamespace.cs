using PushApp.SocketIO;

namespace SocketIOConformance;

/// <summary>What the suite of Socket.IO expects of <c>/</c> and <c>/custom</c>.</summary>
internal sealed class SuiteNamespace : SocketNamespace
{
    public override ValueTask OnConnectedAsync() => Socket.EmitAsync("auth", Socket.Handshake.Auth);

    [SocketEvent("message")]
    public ValueTask EchoAsync(SocketArguments arguments) => Socket.EmitAsync("message-back", arguments);

    [SocketEvent("message-with-ack")]
    public static SocketArguments Answer(SocketArguments arguments) => arguments;
}
