using PushApp.SocketIO.Engine.Security;

namespace PushApp.SocketIO.Engine.Hosting;

/// <summary>Who this node is, from its start to its end.</summary>
internal sealed class NodeIdentity
{
    public string Id { get; } = SessionId.NewNode();
}
