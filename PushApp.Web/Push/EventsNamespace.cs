using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using PushApp.Push;
using PushApp.SocketIO;

namespace PushApp.Web.Push;

/// <summary>
/// The stream of <c>/sse/</c> over Socket.IO: each socket has the user's own channel and <c>broadcast</c> from the start, and further ones where it may read them. An event of a channel comes as
/// <c>event(name, data, channel)</c> (docs/socketio.md, "In the app").
/// </summary>
[Authorize]
internal sealed class EventsNamespace : SocketNamespace
{
    // As many as a stream may have, less the namespace's channel and the socket's own, which its cursor holds too.
    private const int MaxChannels = 30;

    /// <summary>Joins the user's own channel and <c>broadcast</c>.</summary>
    /// <exception cref="SocketException">The client says in its <c>auth</c> whose events it is for (<c>user</c>), and they are another's: of a page that was left open, somebody else has signed in since.</exception>
    public override async ValueTask OnConnectingAsync()
    {
        var name = User.Identity!.Name!;
        if (Socket.Handshake.Auth is { ValueKind: JsonValueKind.Object } auth && auth.TryGetProperty("user", out var user) && user.ValueKind == JsonValueKind.String
            && !string.Equals(user.GetString(), name, StringComparison.OrdinalIgnoreCase))
        {
            throw new SocketException($"This page is of '{user.GetString()}', and somebody else has signed in since. Load it anew.", "other_user", new { code = "other_user" });
        }

        await Rooms.JoinAsync(ChannelName.User(name).Value, ChannelName.Broadcast.Value);
    }

    /// <summary>Adds channels; the acknowledgement is the list of all.</summary>
    /// <exception cref="SocketException">One is no channel, or may not be read; those before it are added.</exception>
    public async Task<string[]> Subscribe(params string[] channels)
    {
        foreach (var text in channels)
        {
            if (!ChannelName.TryParse(text, out var channel, out var error))
            {
                throw new SocketException(error, "invalid_arguments");
            }

            if (channel.Value.Length > SocketRooms.MaxNameLength)
            {
                throw new SocketException($"'{channel}' has more than {SocketRooms.MaxNameLength} characters: read it over Server-Sent Events, which take longer names.", "invalid_arguments");
            }

            if (Rooms.Count >= MaxChannels && !Rooms.Contains(channel.Value))
            {
                throw new SocketException($"A socket has at most {MaxChannels} channels. Unsubscribe from some, or open a second connection.", "too_many_rooms");
            }

            await Rooms.JoinAsync(channel.Value);
        }

        return [.. Rooms.Order(StringComparer.Ordinal)];
    }

    /// <summary>Takes channels away.</summary>
    public async Task Unsubscribe(params string[] channels)
    {
        foreach (var text in channels)
        {
            if (ChannelName.TryParse(text, out var channel) && Rooms.Contains(channel.Value))
            {
                await Rooms.LeaveAsync(channel.Value);
            }
        }
    }
}

internal static class EventsNamespaceBuilder
{
    public static void MapEvents(this SocketIOBuilder io) => io.MapNamespace<EventsNamespace>("/events").UseRoomChannels(ChannelName.Parse).DeliverChannelEvents();
}
