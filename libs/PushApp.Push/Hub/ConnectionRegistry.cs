using System.Collections.Concurrent;

namespace PushApp.Push.Hub;

/// <summary>The connections of this node, from before they are authorised, so that no change of access falls between. Thread-safe.</summary>
internal sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<Guid, HubConnection> _connections = new();

    public int Count => _connections.Count;

    public ICollection<HubConnection> All => _connections.Values;

    public void Add(HubConnection connection) => _connections[connection.Id] = connection;

    public void Remove(HubConnection connection) => _connections.TryRemove(connection.Id, out _);
}
