namespace PushApp.SocketIO;

/// <summary>Makes the adapter that fits the application's services.</summary>
internal interface ISocketAdapterFactory
{
    ISocketAdapter Create(SocketServer server);
}

/// <summary>This node alone.</summary>
internal sealed class LocalAdapterFactory : ISocketAdapterFactory
{
    public ISocketAdapter Create(SocketServer server) => new LocalAdapter(server);
}
