namespace PushApp.SocketIO;

/// <summary>A client that connects, as a filter sees it.</summary>
/// <param name="Socket">The socket; it can join rooms and have data, and what is emitted to it follows when it is connected.</param>
/// <param name="Services">The scope of this connecting.</param>
public sealed record SocketConnectContext(Socket Socket, IServiceProvider Services);

/// <summary>Runs around a client's connecting. It goes on by <paramref name="next"/>, and refuses by a <see cref="SocketException"/>, or by not going on.</summary>
public delegate ValueTask SocketConnectFilter(SocketConnectContext context, Func<ValueTask> next);

/// <summary>
/// A filter around connecting as a class, named by <see cref="NamespaceBuilder.UseConnect{TFilter}"/>. It comes from the services of the call's scope where it is registered; otherwise it is made for the
/// call, its constructor's parameters are services, and it is disposed of after it. So its constructor may take what lives as long as a call: a database context.
/// </summary>
public interface ISocketConnectFilter
{
    /// <summary>Runs around a client's connecting. It goes on by <paramref name="next"/>, and refuses by a <see cref="SocketException"/>, or by not going on.</summary>
    ValueTask OnConnectingAsync(SocketConnectContext context, Func<ValueTask> next);
}

/// <summary>A filter around events as a class, named by <see cref="NamespaceBuilder.UseEvents{TFilter}"/>; otherwise as <see cref="ISocketConnectFilter"/>. One class may be both.</summary>
public interface ISocketEventFilter
{
    /// <summary>Runs around an event's handler. It goes on by <paramref name="next"/>; not going on leaves the event unhandled.</summary>
    ValueTask OnEventAsync(SocketEventContext context, Func<ValueTask> next);
}

/// <summary>An event that a client sent, as a filter sees it.</summary>
/// <param name="socket">Who sent it.</param>
/// <param name="eventName">Its name.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="services">The scope of this call.</param>
/// <param name="asksForAck">Whether the client waits for an acknowledgement.</param>
public sealed class SocketEventContext(Socket socket, string eventName, SocketArguments arguments, IServiceProvider services, bool asksForAck)
{
    /// <summary>Who sent it.</summary>
    public Socket Socket { get; } = socket;

    /// <summary>Its name.</summary>
    public string EventName { get; } = eventName;

    /// <summary>Its arguments; a filter may put others in their place.</summary>
    public SocketArguments Arguments { get; set; } = arguments;

    /// <summary>The acknowledgement, once it was handled; a filter may put another in its place. Null for none: then none is sent.</summary>
    public SocketArguments? Answer { get; set; }

    /// <summary>The scope of this call.</summary>
    public IServiceProvider Services { get; } = services;

    /// <summary>Whether the client waits for an acknowledgement.</summary>
    public bool AsksForAck { get; } = asksForAck;
}

/// <summary>Runs around an event's handler. It goes on by <paramref name="next"/>; not going on leaves the event unhandled.</summary>
public delegate ValueTask SocketEventFilter(SocketEventContext context, Func<ValueTask> next);
