using System.Collections.Immutable;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>This node alone: an application without <c>AddPush</c>, and what is local in one with it. Everything is in the order in which it was emitted.</summary>
internal sealed class LocalAdapter(SocketServer server) : ISocketAdapter
{
    // Sockets whose rooms are changed at a time. They wait for the broker, not for this machine, which has more to do.
    private const int MostAtOnce = 64;

    public ValueTask AttachAsync(Socket socket, CancellationToken cancellationToken)
    {
        socket.Host.Index.Add(socket);
        return ValueTask.CompletedTask;
    }

    public void Detach(Socket socket, string reason) => socket.Host.Index.Remove(socket);

    public ValueTask SaveAsync(Socket socket) => ValueTask.CompletedTask;

    public ValueTask JoinAsync(Socket socket, IReadOnlyList<string> rooms, bool trusted, CancellationToken cancellationToken)
    {
        foreach (var room in rooms)
        {
            if (RoomLimit.Check(socket, room))
            {
                socket.Host.Index.Join(socket, room);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask LeaveAsync(Socket socket, IReadOnlyList<string> rooms)
    {
        foreach (var room in rooms)
        {
            socket.Host.Index.Leave(socket, room);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask EmitAsync(EmitTarget target, string eventName, SocketArguments arguments, CancellationToken cancellationToken)
    {
        var sockets = Select(target);
        if (sockets.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        // Encoded once, however many get it.
        var messages = PacketWriter.Event(target.Namespace, eventName, arguments);
        foreach (var socket in sockets)
        {
            socket.Deliver(messages, target.IsVolatile);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask EmitToSocketAsync(Socket socket, string eventName, SocketArguments arguments, bool isVolatile, CancellationToken cancellationToken)
    {
        socket.Deliver(PacketWriter.Event(socket.Namespace, eventName, arguments), isVolatile);
        return ValueTask.CompletedTask;
    }

    public async Task<RawAnswers> EmitWithAckAsync(EmitTarget target, string eventName, SocketArguments arguments, CancellationToken cancellationToken)
    {
        var sockets = Select(target);
        var answers = await Task.WhenAll(sockets.Select(AskAsync)).ConfigureAwait(false);
        return new RawAnswers([.. answers.OfType<SocketArguments>()], sockets.Count);

        async Task<SocketArguments?> AskAsync(Socket socket)
        {
            try
            {
                return await socket.RequestAsync(eventName, arguments, target.Timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is TimeoutException or SocketDisconnectedException or SocketException)
            {
                // One answer fewer, as the result says.
                return null;
            }
        }
    }

    public Task<IReadOnlyList<RemoteSocket>> FetchAsync(EmitTarget target, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RemoteSocket>>([.. Select(target).Where(socket => socket.IsConnected).Select(socket => new RemoteSocket(
            server, socket.Namespace, socket.Id, socket.Principal.UserName, socket.Handshake.RemoteAddress, [.. socket.Rooms], socket.DataSnapshot))]);

    public ValueTask JoinManyAsync(EmitTarget target, ImmutableArray<string> rooms, CancellationToken cancellationToken) =>
        ForEachAsync(target, socket => socket.JoinAsync(rooms, trusted: true), cancellationToken);

    public ValueTask LeaveManyAsync(EmitTarget target, ImmutableArray<string> rooms, CancellationToken cancellationToken) =>
        ForEachAsync(target, socket => socket.LeaveAsync(rooms), cancellationToken);

    public ValueTask DisconnectManyAsync(EmitTarget target, bool close, CancellationToken cancellationToken)
    {
        foreach (var socket in Select(target))
        {
            socket.Disconnect(close);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ServerSideEmitAsync(string name, string eventName, SocketArguments arguments, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public Task<RawAnswers> ServerSideEmitWithAckAsync(string name, string eventName, SocketArguments arguments, CancellationToken cancellationToken) =>
        Task.FromResult(new RawAnswers([], 0));

    /// <summary>Several sockets at a time: another node waits for <see cref="SocketIOOptions.RequestTimeout"/>, and each may take a round trip to the broker.</summary>
    private async ValueTask ForEachAsync(EmitTarget target, Func<Socket, ValueTask> change, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Select(target), options, async (socket, _) =>
        {
            try
            {
                await change(socket).ConfigureAwait(false);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                // In too many rooms, or gone: no reason to leave the others out.
                socket.Host.Dispatcher.Failed(socket, error);
            }
        }).ConfigureAwait(false);
    }

    private List<Socket> Select(EmitTarget target) => server.FindHost(target.Namespace)?.Index.Select(target) ?? [];
}
