using System.Text.Json;
using Microsoft.Extensions.Logging;
using PushApp.Push;
using PushApp.Push.Hub;
using StackExchange.Redis;

namespace PushApp.SocketIO;

/// <summary>Clients that come back (https://socket.io/docs/v4/connection-state-recovery), to this node or another.</summary>
internal sealed partial class PushAdapter
{
    // The namespace's channel and the socket's own.
    private const int OwnChannels = 2;

    /// <summary>Gives a socket back what is kept under the private id that its client brought. It is whole or it is not done at all.</summary>
    private async Task<bool> TryRecoverAsync(Socket socket, CancellationToken cancellationToken)
    {
        if (TextOf(socket.Handshake.Auth, "pid") is not { Length: > 0 and <= 100 } id)
        {
            return false;
        }

        var token = Guid.NewGuid().ToString("N");
        RecoveryState kept;
        try
        {
            var taken = await store.TakeAsync(id, token, ClientOf(socket)).ConfigureAwait(false);
            if (taken.State is not { } state)
            {
                server.Metrics.Recovery(taken.IsForbidden ? RecoveryOutcomes.Forbidden : RecoveryOutcomes.Unknown);
                if (taken.IsForbidden)
                {
                    Refused(logger, socket.Principal.UserName);
                }

                return false;
            }

            kept = state;

            // Where its old connection is still open, on whichever node, it ends without a word.
            await bus.TakeOverAsync(kept.Namespace, kept.Id, taken.Owner!, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or JsonException)
        {
            server.Metrics.Recovery(RecoveryOutcomes.Unavailable);
            NotRead(logger, error);
            return false;
        }

        var changes = recheck.Changes;
        if (RecoveryOffset.TryRead(TextOf(socket.Handshake.Auth, "offset"), id, out var cursor)
            && await PlacesAsync(socket, kept, cursor, cancellationToken).ConfigureAwait(false) is { } places
            && await TryReplayAsync(socket, id, token, kept, places, cancellationToken).ConfigureAwait(false))
        {
            recheck.RecheckSince(changes, socket.Principal);
            socket.Recovered = true;
            server.Metrics.Recovery(RecoveryOutcomes.Recovered);
            return true;
        }

        server.Metrics.Recovery(RecoveryOutcomes.Incomplete);
        NotWhole(logger, kept.Id);
        await TryAsync(() => store.DeleteAsync(id, token)).ConfigureAwait(false);
        return false;
    }

    /// <summary>Replays into a connection that is let go of again when not everything is there.</summary>
    private async Task<bool> TryReplayAsync(Socket socket, string id, string token, RecoveryState kept, IReadOnlyList<Place> places, CancellationToken cancellationToken)
    {
        var newId = socket.Id;
        socket.Id = kept.Id;
        socket.RecoveryId = id;
        var recovery = new RecoverySlot(token) { Start = kept.Start, OwnStart = kept.OwnStart };
        var state = new PushSocketState(NewConnection(socket)) { Recovery = recovery };

        // Before it is registered: its rooms may be forbidden from then on.
        socket.AdapterState = state;
        var isWhole = false;
        try
        {
            isWhole = await ReplayAsync(socket, state, kept, places, cancellationToken).ConfigureAwait(false) && !socket.HasOverflown;
        }
        finally
        {
            if (!isWhole)
            {
                await ReleaseAsync(state.Connection).ConfigureAwait(false);
                socket.AdapterState = null;
                socket.DropHeld();
                socket.Rooms.Clear();
                socket.Id = newId;
                socket.RecoveryId = null;
            }
        }

        if (isWhole)
        {
            Restore(socket, recovery, kept);
        }

        return isWhole;
    }

    private void Restore(Socket socket, RecoverySlot recovery, RecoveryState kept)
    {
        bus.Renew(socket.RecoveryId!, recovery.Token);
        if (kept.Data.Count > 0)
        {
            socket.Data.Restore(kept.Data);
        }

        if (kept.Events is not null)
        {
            socket.Events.Restore(kept.Events);
        }

        recovery.TakeEventsChanged(socket);

        // With the rooms that it has had since before it was live, all at once.
        if (socket.Host.Index.Add(socket) is { AdapterState: PushSocketState before } old)
        {
            // The word to all servers that it was taken over would find this one in its place.
            before.Recovery?.IsTakenOver = true;
            old.Client.End(old, DisconnectReasons.TransportClose);
        }
    }

    private async Task<bool> ReplayAsync(Socket socket, PushSocketState state, RecoveryState kept, IReadOnlyList<Place> places, CancellationToken cancellationToken)
    {
        var connection = state.Connection;
        registry.Add(connection);
        await OpenAsync(connection, places, cancellationToken).ConfigureAwait(false);
        connection.ExpectRecovery();
        foreach (var room in kept.Rooms)
        {
            // The filter of the namespace's events asks for them.
            var channel = ChannelOf(socket, room.Name);
            if (connection.FindRoom(channel) is not { } joined)
            {
                joined = new JoinedRoom(connection.Subscriptions.First(subscription => subscription.Channel.Name == channel), room.IsTrusted);
                connection.AddRoom(joined);
            }

            joined.Add(room.Name);
            state.AddRoom(room);
            connection.OnJoining(room.JoinedAt, resets: 0);
            socket.Rooms.Add(room.Name);
        }

        await connection.JoinAsync().ConfigureAwait(false);
        try
        {
            return await connection.WhenRecovered.WaitAsync(server.Options.RequestTimeout, server.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Where each channel goes on: at the later of joining and the client's cursor. Null where one cannot, or is not the client's any more.</summary>
    private async Task<IReadOnlyList<Place>?> PlacesAsync(Socket socket, RecoveryState kept, Cursor? cursor, CancellationToken cancellationToken)
    {
        if (kept.Rooms.Count + OwnChannels > Cursor.MaxParts)
        {
            return null;
        }

        var places = new List<Place>();
        if (!Add(SocketChannels.Namespace(kept.Namespace), kept.Start) || !Add(SocketChannels.Socket(kept.Id), kept.OwnStart))
        {
            return null;
        }

        foreach (var room in kept.Rooms)
        {
            var channel = ChannelOf(socket, room.Name);
            if (!room.IsTrusted && !await access.IsAllowedAsync(socket.Principal, channel, ChannelAccess.Subscribe, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            if (!Add(channel, room.Joined))
            {
                return null;
            }
        }

        return places;

        bool Add(ChannelName channel, Position? joined)
        {
            if (places.Any(place => place.Channel == channel))
            {
                return true;
            }

            var seen = cursor?.Find(Cursor.KeyOf(channel));
            var position = seen is { } last && (joined is null || last.Sequence >= joined.Value.Sequence) ? last : joined;
            if (position is null)
            {
                return false;
            }

            places.Add(new Place(channel, position));
            return true;
        }
    }

    /// <summary>Whose a socket is: the private id alone lets nobody else in.</summary>
    private static string ClientOf(Socket socket) =>
        JsonSerializer.Serialize(new[] { socket.Namespace, socket.Principal.UserName is { } name ? UserNameCase.Fold(name) : null, socket.Principal.ApiKey?.KeyId });

    private static string? TextOf(JsonElement auth, string name)
    {
        try
        {
            return auth.ValueKind == JsonValueKind.Object && auth.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which is no text: nothing that we have given anybody.
            return null;
        }
    }

    private readonly record struct Place(ChannelName Channel, Position? Position);

    [LoggerMessage(30, LogLevel.Warning, "{UserName} came to recover a socket of somebody else.")]
    private static partial void Refused(ILogger logger, string? userName);

    [LoggerMessage(31, LogLevel.Warning, "What is kept of a socket could not be read; its client connects anew.")]
    private static partial void NotRead(ILogger logger, Exception error);

    [LoggerMessage(32, LogLevel.Information, "Socket {SocketId} is not recovered: something that it missed is gone.")]
    private static partial void NotWhole(ILogger logger, string socketId);
}
