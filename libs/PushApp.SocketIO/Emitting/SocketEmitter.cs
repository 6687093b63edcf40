using System.Text.Json;

namespace PushApp.SocketIO;

/// <summary>
/// A choice of a namespace's sockets, on all nodes: everybody, until <see cref="To"/> or <see cref="Except"/> narrows it. Immutable: each call gives a new one, so that one may be kept.
/// Thread-safe.
/// </summary>
public sealed class SocketEmitter : SocketEmission
{
    private readonly SocketServer _server;
    private readonly EmitTarget _target;

    internal SocketEmitter(SocketServer server, EmitTarget target)
    {
        _server = server;
        _target = target;
    }

    internal override JsonSerializerOptions Json => _server.Json;

    /// <summary>Those in one of the rooms; with other calls, in any of all of them. However many of them a socket is in, it gets an event once. A socket's id is a room.</summary>
    public SocketEmitter To(params IEnumerable<string> rooms) => new(_server, _target with { Rooms = [.. _target.Rooms, .. SocketRooms.Check(rooms)] });

    /// <summary>But not those in one of the rooms; a socket's id is a room.</summary>
    public SocketEmitter Except(params IEnumerable<string> rooms) => new(_server, _target with { Except = [.. _target.Except, .. SocketRooms.Check(rooms)] });

    /// <summary>At most once: not kept for sockets that are not ready to take it (a poll is between two requests, a slow connection), and not recovered.</summary>
    public SocketEmitter Volatile() => new(_server, _target with { IsVolatile = true });

    /// <summary>Only those connected to this node. Such events are not recovered.</summary>
    public SocketEmitter Local() => new(_server, _target with { IsLocal = true });

    /// <summary>How long <see cref="EmitWithAckAsync{TAnswer}(string, object?[])"/> waits, in place of <see cref="SocketIOOptions.AckTimeout"/>.</summary>
    public SocketEmitter Timeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        return new SocketEmitter(_server, _target with { Timeout = timeout });
    }

    /// <inheritdoc/>
    public override ValueTask EmitAsync(string eventName, SocketArguments arguments, CancellationToken cancellationToken = default)
    {
        EmitRules.Check(eventName, arguments);
        return _server.Adapter.EmitAsync(_target, eventName, arguments, cancellationToken);
    }

    /// <summary>Emits an event that every socket is to acknowledge, on all nodes, and gathers the answers until all are there or the time is over.</summary>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments. An array given alone is taken for all of them; wrap it (<c>[array]</c>) to send one.</param>
    /// <typeparam name="TAnswer">What the first argument of each acknowledgement is read as.</typeparam>
    /// <exception cref="TimeoutException">The broker was not there within <see cref="SocketIOOptions.RequestTimeout"/>, so that the other nodes could not be asked.</exception>
    public Task<AckAnswers<TAnswer>> EmitWithAckAsync<TAnswer>(string eventName, params object?[] arguments) =>
        EmitWithAckAsync<TAnswer>(eventName, SocketArguments.FromList(arguments, Json), CancellationToken.None);

    /// <inheritdoc cref="EmitWithAckAsync{TAnswer}(string, object?[])"/>
    public async Task<AckAnswers<TAnswer>> EmitWithAckAsync<TAnswer>(string eventName, SocketArguments arguments, CancellationToken cancellationToken)
    {
        EmitRules.Check(eventName, arguments);
        var answers = await _server.Adapter.EmitWithAckAsync(_target, eventName, arguments, cancellationToken).ConfigureAwait(false);
        return new AckAnswers<TAnswer>(AckAnswer.ReadAll<TAnswer>(answers, Json), answers.Expected);
    }

    /// <summary>The sockets themselves, of all nodes, as they are now.</summary>
    /// <exception cref="TimeoutException">A node did not answer within <see cref="SocketIOOptions.RequestTimeout"/>, or the broker was not there.</exception>
    public Task<IReadOnlyList<RemoteSocket>> FetchSocketsAsync(CancellationToken cancellationToken = default) => _server.Adapter.FetchAsync(_target, cancellationToken);

    /// <summary>Puts the sockets into rooms, on all nodes. The server decides: no authorizer is asked.</summary>
    /// <exception cref="TimeoutException">A node did not answer within <see cref="SocketIOOptions.RequestTimeout"/>, or the broker was not there; those that could be reached have done it.</exception>
    public ValueTask SocketsJoinAsync(params IEnumerable<string> rooms) => _server.Adapter.JoinManyAsync(_target, [.. SocketRooms.Check(rooms)], CancellationToken.None);

    /// <summary>Takes the sockets out of rooms, on all nodes.</summary>
    /// <exception cref="TimeoutException">As for <see cref="SocketsJoinAsync"/>.</exception>
    public ValueTask SocketsLeaveAsync(params IEnumerable<string> rooms) => _server.Adapter.LeaveManyAsync(_target, [.. SocketRooms.Check(rooms)], CancellationToken.None);

    /// <summary>Disconnects the sockets from the namespace, on all nodes.</summary>
    /// <param name="close">Whether to end their whole connections, and with them their other namespaces.</param>
    /// <param name="cancellationToken">Has no effect once the other nodes were told.</param>
    public ValueTask DisconnectSocketsAsync(bool close = false, CancellationToken cancellationToken = default) => _server.Adapter.DisconnectManyAsync(_target, close, cancellationToken);
}
