using System.Collections.Immutable;

namespace PushApp.SocketIO;

/// <summary>How emits find their sockets: on this node alone, or over the channels of PushApp.Push on all nodes. Thread-safe.</summary>
internal interface ISocketAdapter
{
    /// <summary>Makes a socket reachable; gives one that recovers its id, rooms and data back. What is emitted to it from then on waits until it is open.</summary>
    ValueTask AttachAsync(Socket socket, CancellationToken cancellationToken);

    /// <summary>Lets go of a socket that has ended, or was refused.</summary>
    void Detach(Socket socket, string reason);

    /// <summary>Writes what changed of a socket's data through to where a recovery finds it.</summary>
    ValueTask SaveAsync(Socket socket);

    ValueTask JoinAsync(Socket socket, IReadOnlyList<string> rooms, bool trusted, CancellationToken cancellationToken);

    ValueTask LeaveAsync(Socket socket, IReadOnlyList<string> rooms);

    ValueTask EmitAsync(EmitTarget target, string eventName, SocketArguments arguments, CancellationToken cancellationToken);

    ValueTask EmitToSocketAsync(Socket socket, string eventName, SocketArguments arguments, bool isVolatile, CancellationToken cancellationToken);

    Task<RawAnswers> EmitWithAckAsync(EmitTarget target, string eventName, SocketArguments arguments, CancellationToken cancellationToken);

    Task<IReadOnlyList<RemoteSocket>> FetchAsync(EmitTarget target, CancellationToken cancellationToken);

    ValueTask JoinManyAsync(EmitTarget target, ImmutableArray<string> rooms, CancellationToken cancellationToken);

    ValueTask LeaveManyAsync(EmitTarget target, ImmutableArray<string> rooms, CancellationToken cancellationToken);

    ValueTask DisconnectManyAsync(EmitTarget target, bool close, CancellationToken cancellationToken);

    /// <summary>Tells the servers, this one not.</summary>
    ValueTask ServerSideEmitAsync(string name, string eventName, SocketArguments arguments, CancellationToken cancellationToken);

    /// <summary>Asks the other servers, and gathers their answers.</summary>
    Task<RawAnswers> ServerSideEmitWithAckAsync(string name, string eventName, SocketArguments arguments, CancellationToken cancellationToken);
}
