using Microsoft.Extensions.Logging;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Redis;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>
/// All nodes, over the channels of PushApp.Push: what is emitted to one room is an event of the room's channel, which streams of Server-Sent Events may read too; whatever else is one event of the
/// namespace's channel, which every node filters for its sockets, live and for those who come back.
/// </summary>
internal sealed partial class PushAdapter(
    SocketServer server,
    ChannelHub hub,
    StreamRegistry registry,
    ChannelAccessService access,
    AccessRecheck recheck,
    IPushPublisher publisher,
    RecoveryStore store,
    ServerBus bus,
    LocalAdapter local,
    InteropRequests requests,
    ILogger<PushAdapter> logger) : ISocketAdapter, IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // A socket that loses its connection before it can is not recovered.
    private readonly OutageLog _saving = new(logger, "write the state of sockets through");

    private bool CanRecover => server.Options.Recovery.Enabled;

    public async ValueTask AttachAsync(Socket socket, CancellationToken cancellationToken)
    {
        await ListenAsync(cancellationToken).ConfigureAwait(false);
        recheck.EnsureStarted();
        if (CanRecover && await TryRecoverAsync(socket, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // Clients of protocol 3 know nothing of it: nothing is kept for them, and their events carry no offset.
        socket.RecoveryId = CanRecover && !socket.Client.IsLegacy ? SocketIds.NewRecoveryId() : null;
        var recovery = socket.RecoveryId is null ? null : new RecoverySlot(Guid.NewGuid().ToString("N"));
        var state = new PushSocketState(NewConnection(socket)) { Recovery = recovery };
        socket.AdapterState = state;
        registry.Add(state.Connection);
        var channels = CanRecover ? [state.Connection.NamespaceChannel, SocketChannels.Socket(socket.Id)] : new[] { state.Connection.NamespaceChannel };
        await OpenAsync(state.Connection, [.. channels.Select(channel => new Place(channel, null))], cancellationToken).ConfigureAwait(false);
        var positions = await state.Connection.JoinAsync().ConfigureAwait(false);
        recovery?.Start = positions.TryGetValue(channels[0], out var start) ? start : null;
        recovery?.OwnStart = positions.TryGetValue(channels[1], out var own) ? own : null;
        socket.Host.Index.Add(socket);
        if (recovery is not null)
        {
            var id = socket.RecoveryId!;
            bus.Renew(id, recovery.Token);
            await TryAsync(() => store.CreateAsync(id, recovery.Token, ClientOf(socket), recovery.Snapshot(socket, state))).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    public void Detach(Socket socket, string reason)
    {
        socket.Host.Index.Remove(socket);
        if (socket.AdapterState is not PushSocketState state)
        {
            return;
        }

        _ = ReleaseAsync(state.Connection, isSlow: reason == DisconnectReasons.SlowConsumer);
        if (state.Recovery is not { } recovery)
        {
            return;
        }

        var id = socket.RecoveryId!;
        bus.EndRenewing(id, recovery.Token);
        if (!recovery.IsTakenOver)
        {
            _ = TryAsync(() => DisconnectReasons.IsRecoverable(reason) ? store.LeaveAsync(id, recovery.Token) : store.DeleteAsync(id, recovery.Token));
        }
    }

    public async ValueTask SaveAsync(Socket socket)
    {
        if (socket.AdapterState is PushSocketState { Recovery: { } recovery } state
            && ((socket.DataIfAny?.TakeDirty() == true) | recovery.TakeEventsChanged(socket) | recovery.IsUnsaved))
        {
            await SaveStateAsync(socket, state).ConfigureAwait(false);
        }
    }

    public async ValueTask JoinAsync(Socket socket, IReadOnlyList<string> rooms, bool trusted, CancellationToken cancellationToken)
    {
        var state = (PushSocketState)socket.AdapterState!;
        trusted |= socket.Host.Definition.TrustsRooms;
        using var turn = await state.Changing.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (socket.HasEnded)
        {
            throw new OperationCanceledException("The socket has disconnected.");
        }

        var joined = false;
        var changes = recheck.Changes;
        try
        {
            foreach (var room in rooms)
            {
                if (!RoomLimit.Check(socket, room))
                {
                    continue;
                }

                var channel = ChannelOf(socket, room);
                if (!trusted && !await access.IsAllowedAsync(socket.Principal, channel, ChannelAccess.Subscribe, cancellationToken).ConfigureAwait(false))
                {
                    throw SocketException.AccessDenied($"join '{room}'");
                }

                await AddRoomAsync(socket, state, room, channel, trusted, cancellationToken).ConfigureAwait(false);
                joined = true;
            }
        }
        finally
        {
            // Those that were joined before one was refused, too: the socket is in them.
            if (joined)
            {
                recheck.RecheckSince(changes, socket.Principal);
                await SaveStateAsync(socket, state).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask LeaveAsync(Socket socket, IReadOnlyList<string> rooms)
    {
        var state = (PushSocketState)socket.AdapterState!;
        using var turn = await state.Changing.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        var left = false;
        foreach (var room in rooms)
        {
            if (!socket.Host.Index.Leave(socket, room))
            {
                continue;
            }

            left = true;
            state.RemoveRoom(room);
            if (state.Connection.FindRoom(ChannelOf(socket, room)) is not { } joined)
            {
                continue;
            }

            joined.Remove(room);
            if (joined.Names.IsEmpty)
            {
                state.Connection.RemoveRoom(joined);
                await state.Connection.UnsubscribeAsync(joined.Subscription).ConfigureAwait(false);
            }
        }

        if (left)
        {
            await SaveStateAsync(socket, state).ConfigureAwait(false);
        }
    }

    public async ValueTask EmitAsync(EmitTarget target, string eventName, SocketArguments arguments, CancellationToken cancellationToken)
    {
        if (target.IsLocal)
        {
            await EmitLocalAsync(target, eventName, arguments).ConfigureAwait(false);
            return;
        }

        var (channel, data) = EmitRoute.Of(server, target, arguments);
        await publisher.PublishAsync(channel, eventName, data, target.IsVolatile ? PublishOptions.Ephemeral : null, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask EmitToSocketAsync(Socket socket, string eventName, SocketArguments arguments, bool isVolatile, CancellationToken cancellationToken)
    {
        if (!CanRecover)
        {
            await local.EmitToSocketAsync(socket, eventName, arguments, isVolatile, cancellationToken).ConfigureAwait(false);
        }
        else if (isVolatile)
        {
            EmitDirect(socket, eventName, arguments, isVolatile: true);
        }
        else
        {
            await publisher.PublishAsync(SocketChannels.Socket(socket.Id), eventName, ArgumentsText.Format(arguments), null, cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask EmitLocalAsync(EmitTarget target, string eventName, SocketArguments arguments)
    {
        if (!CanRecover)
        {
            return local.EmitAsync(target, eventName, arguments, CancellationToken.None);
        }

        foreach (var socket in server.FindHost(target.Namespace)?.Index.Select(target) ?? [])
        {
            EmitDirect(socket, eventName, arguments, target.IsVolatile);
        }

        return ValueTask.CompletedTask;
    }

    private static void EmitDirect(Socket socket, string eventName, SocketArguments arguments, bool isVolatile)
    {
        if (socket.AdapterState is PushSocketState { Connection: var connection })
        {
            connection.Loop.Post(LoopItem.Run(connection, () => connection.WriteDirect(eventName, arguments, isVolatile)));
        }
    }

    private static async Task AddRoomAsync(Socket socket, PushSocketState state, string room, ChannelName channel, bool trusted, CancellationToken cancellationToken)
    {
        // Where it stands is asked before the socket is in the room, or it could be denied what it was handed already.
        SocketConnection.Standing standing;
        var joined = state.Connection.FindRoom(channel);
        if (joined is null)
        {
            (var subscription, standing) = await state.Connection.SubscribeAsync(channel, cancellationToken).ConfigureAwait(false);
            joined = new JoinedRoom(subscription, trusted);
            state.Connection.AddRoom(joined);
        }
        else
        {
            // For another room that has the same channel; what came before this one was that room's.
            standing = (await state.Connection.StandAsync(joined.Subscription).ConfigureAwait(false)) with { Position = null };
        }

        joined.Add(room);
        state.AddRoom(new RecoveryRoom(room, trusted, standing.Position, standing.NamespaceSequence));
        state.Connection.OnJoining(standing.NamespaceSequence, standing.Resets);
        socket.Host.Index.Join(socket, room);
    }

    private async Task OpenAsync(SocketConnection connection, IReadOnlyList<Place> places, CancellationToken cancellationToken)
    {
        var opening = places.Select(place => hub.OpenAsync(connection, place.Channel, place.Position, cancellationToken)).ToArray();
        try
        {
            connection.Subscriptions = [.. await Task.WhenAll(opening).ConfigureAwait(false)];
        }
        catch
        {
            foreach (var opened in opening.Where(each => each.IsCompletedSuccessfully))
            {
                hub.Release(await opened.ConfigureAwait(false));
            }

            throw;
        }
    }

    private SocketConnection NewConnection(Socket socket) => new(socket, hub, SocketChannels.Namespace(socket.Namespace));

    /// <summary>Lets go of it; when this is done, it delivers nothing more.</summary>
    private async Task ReleaseAsync(SocketConnection connection, bool isSlow = false)
    {
        registry.Remove(connection);
        connection.Loop.Post(isSlow ? LoopItem.Close(connection, CloseReason.Slow) : LoopItem.Leave(connection));
        await connection.Completion.ConfigureAwait(false);
        hub.Release(connection);
    }

    /// <summary>Listens to the other servers before there is a socket that they may ask for; without a broker not for long.</summary>
    private async ValueTask ListenAsync(CancellationToken cancellationToken)
    {
        var listening = bus.EnsureStartedAsync(this);
        if (!listening.IsCompleted)
        {
            await Task.WhenAny(listening, Task.Delay(LongestWait, server.Time, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what is kept of a socket; of one that cannot recover nothing is.</summary>
    private async Task SaveStateAsync(Socket socket, PushSocketState state)
    {
        if (state.Recovery is not { } recovery)
        {
            return;
        }

        // One after the other, each with what is so when its turn comes, or an older state could overwrite a newer one.
        using var turn = await recovery.Saving.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        recovery.IsUnsaved = false;
        recovery.IsUnsaved |= !await TryAsync(async () =>
        {
            if (!await store.SaveAsync(socket.RecoveryId!, recovery.Token, recovery.Snapshot(socket, state)).ConfigureAwait(false) && socket.IsConnected)
            {
                CannotRecover(logger, socket.Id);
            }
        }).ConfigureAwait(false);
    }

    /// <summary>What is about recovery alone fails alone: without it a client that comes back is told that it was not recovered.</summary>
    /// <returns>False when it failed.</returns>
    private async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
            _saving.Succeeded();
            return true;
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            _saving.Failed(error);
            return false;
        }
    }

    private static ChannelName ChannelOf(Socket socket, string room) => EmitRoute.ChannelOf(socket.Namespace, socket.Host.Definition, room);

    [LoggerMessage(21, LogLevel.Debug, "The state of socket {SocketId} is gone or another's; if its connection is lost now, it does not recover.")]
    private static partial void CannotRecover(ILogger logger, string socketId);
}
