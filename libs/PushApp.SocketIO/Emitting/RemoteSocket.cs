using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>A socket as <see cref="SocketEmitter.FetchSocketsAsync"/> found it, on whichever node. What is done with it reaches it wherever it is then.</summary>
public sealed class RemoteSocket : SocketEmission
{
    private readonly SocketServer _server;
    private readonly SocketEmitter _emitter;
    private readonly IReadOnlyDictionary<string, JsonElement> _data;

    internal RemoteSocket(SocketServer server, string name, string id, string? userName, string? remoteAddress, IReadOnlyList<string> rooms, IReadOnlyDictionary<string, JsonElement> data)
    {
        _server = server;
        _data = data;
        Namespace = name;
        Id = id;
        UserName = userName;
        RemoteAddress = remoteAddress;
        Rooms = rooms;
        _emitter = new SocketEmitter(server, new EmitTarget(name) { Rooms = [id] });
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Its namespace.</summary>
    public string Namespace { get; }

    /// <summary>The signed-in user's name, or null.</summary>
    public string? UserName { get; }

    /// <summary>The client's address.</summary>
    public string? RemoteAddress { get; }

    /// <summary>The rooms it was in.</summary>
    public IReadOnlyList<string> Rooms { get; }

    internal override JsonSerializerOptions Json => _server.Json;

    /// <summary>What was set in its <see cref="Socket.Data"/>; default for nothing.</summary>
    public T? GetData<T>(string key) => _data.TryGetValue(key, out var value) ? value.Deserialize<T>(Json) : default;

    /// <inheritdoc/>
    public override ValueTask EmitAsync(string eventName, SocketArguments arguments, CancellationToken cancellationToken = default) =>
        _emitter.EmitAsync(eventName, arguments, cancellationToken);

    /// <summary>Puts it into rooms.</summary>
    public ValueTask JoinAsync(params IEnumerable<string> rooms) => _emitter.SocketsJoinAsync(rooms);

    /// <summary>Takes it out of rooms.</summary>
    public ValueTask LeaveAsync(params IEnumerable<string> rooms) => _emitter.SocketsLeaveAsync(rooms);

    /// <summary>Disconnects it.</summary>
    /// <inheritdoc cref="SocketEmitter.DisconnectSocketsAsync"/>
    public ValueTask DisconnectAsync(bool close = false, CancellationToken cancellationToken = default) => _emitter.DisconnectSocketsAsync(close, cancellationToken);
}
