namespace PushApp.SocketIO;

/// <summary>Emits from anywhere in a process that maps Socket.IO: an endpoint, a background service. A singleton; thread-safe. In other processes, see <see cref="SocketIOPublisherExtensions"/>.</summary>
public interface ISocketServer
{
    /// <summary>Everybody in the main namespace.</summary>
    SocketEmitter Main { get; }

    /// <summary>Everybody in a namespace.</summary>
    SocketEmitter Of(string name);

    /// <summary>Tells the other nodes' servers; there <see cref="NamespaceBuilder.OnServerEvent{T}"/> handles it. At most once.</summary>
    ValueTask ServerSideEmitAsync<T>(string name, string eventName, T argument, CancellationToken cancellationToken = default);

    /// <summary>Asks the other nodes' servers and gathers what they answer within <see cref="SocketIOOptions.RequestTimeout"/>.</summary>
    Task<AckAnswers<TAnswer>> ServerSideEmitWithAckAsync<TAnswer>(string name, string eventName, object? argument, CancellationToken cancellationToken = default);
}
