namespace PushApp.SocketIO;

/// <summary>One namespace by its name: for a dynamic one there are several of one definition.</summary>
internal sealed class NamespaceHost
{
    public NamespaceHost(string name, NamespaceDefinition definition, SocketServer server)
    {
        Name = name;
        Definition = definition;
        Server = server;
        Dispatcher = new NamespaceDispatcher(this);
    }

    public string Name { get; }

    public NamespaceDefinition Definition { get; }

    public SocketServer Server { get; }

    public NamespaceDispatcher Dispatcher { get; }

    /// <summary>Clients of a dynamic one, those that are connecting too; guarded by the server.</summary>
    public int Users { get; set; }

    /// <summary>Its sockets on this node.</summary>
    public RoomIndex Index { get; } = new();
}
