using System.Security.Claims;

namespace PushApp.SocketIO;

/// <summary>
/// A namespace. Each public method of a derived class is an event: <c>SendMessage</c> is <c>sendMessage</c> (a final <c>Async</c> is left out), or what
/// <see cref="SocketEventAttribute"/> names. Its parameters are read from the event's arguments by System.Text.Json (bytes from attachments); besides, it may take a
/// <see cref="CancellationToken"/> (ends with the socket), <see cref="SocketArguments"/> or <c>params T[]</c> (all arguments that are left), and services
/// (<c>[FromServices]</c>, <c>[FromKeyedServices]</c>). What it returns acknowledges the event; a tuple is several arguments. An instance serves one call, with services of
/// a scope of its own; what belongs to the client is kept in <see cref="Socket.Data"/> and <see cref="Socket.Items"/>.
/// </summary>
public abstract class SocketNamespace
{
    private Socket? _socket;

    /// <summary>The client that this call is about.</summary>
    public Socket Socket => _socket ?? throw new InvalidOperationException("A namespace has its socket from the first event on: not in its constructor.");

    /// <summary>Who opened the connection.</summary>
    public ClaimsPrincipal User => Socket.User;

    /// <summary>The client's rooms.</summary>
    public SocketRooms Rooms => Socket.Rooms;

    /// <summary>Everybody in this namespace, on all nodes, this client too; <see cref="SocketEmitter.To"/> and <see cref="SocketEmitter.Except"/> narrow it.</summary>
    public SocketEmitter Clients => new(Socket.Host.Server, new EmitTarget(Socket.Namespace));

    /// <summary>Everybody but this client.</summary>
    public SocketEmitter Others => Clients.Except(Socket.Id);

    /// <summary>Cancelled when the client disconnects.</summary>
    public CancellationToken Disconnected => Socket.Disconnected;

    /// <summary>Decides whether a client may connect, before it is told so: join its rooms here, or refuse it by a <see cref="SocketException"/>. Also for one that recovers.</summary>
    public virtual ValueTask OnConnectingAsync() => ValueTask.CompletedTask;

    /// <summary>The client is connected, and was told so. Its events wait until this is done.</summary>
    public virtual ValueTask OnConnectedAsync() => ValueTask.CompletedTask;

    /// <summary>The client has disconnected, and its last event was handled. It is in no room any more, but <see cref="Rooms"/> still tells in which it was.</summary>
    /// <param name="reason">One of <see cref="DisconnectReasons"/>.</param>
    public virtual ValueTask OnDisconnectedAsync(string reason) => ValueTask.CompletedTask;

    /// <summary>An event that no method handles. By default it is logged, and answered with the error <c>no_such_event</c> where an acknowledgement was asked for.</summary>
    /// <returns>The acknowledgement; null for none.</returns>
    /// <exception cref="SocketException">Told to the client.</exception>
    public virtual ValueTask<SocketArguments?> OnUnknownEventAsync(string eventName, SocketArguments arguments) =>
        throw new SocketException($"There is no event '{eventName}'.", SocketErrors.NoSuchEvent);

    internal void Attach(Socket socket) => _socket = socket;
}
