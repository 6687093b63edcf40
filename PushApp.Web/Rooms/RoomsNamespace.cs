using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using PushApp.SocketIO;

namespace PushApp.Web.Rooms;

/// <summary>The main namespace: signed-in users join rooms and send <c>myevent</c> to those they are in, as in the 2012 demo (docs/socketio.md, "In the app").</summary>
[Authorize]
internal sealed class RoomsNamespace(RoomsLimiter limiter) : SocketNamespace
{
    private const string AccessDenied = "access_denied";

    /// <summary>Joins each room and answers <c>joined</c> with its name; the acknowledgement, where one is asked for, is the list of all rooms that the socket is in.</summary>
    /// <exception cref="SocketException">A room may not be joined; those before it are.</exception>
    public async Task<string[]> Subscribe(params string[] rooms)
    {
        if (rooms.Length == 0)
        {
            throw new SocketException("Name the rooms to join, as in subscribe('lobby').", "invalid_arguments");
        }

        foreach (var room in rooms)
        {
            if (RoomNames.FindObjection(room) is { } objection)
            {
                throw new SocketException(objection, AccessDenied);
            }

            await Rooms.JoinAsync(room);
            await Socket.EmitAsync("joined", room);
        }

        return [.. Rooms.Order(StringComparer.Ordinal)];
    }

    /// <summary>Leaves rooms.</summary>
    public async Task Unsubscribe(params string[] rooms) => await Rooms.LeaveAsync(rooms.Where(Rooms.Contains));

    /// <summary>Sends the arguments after the room to everybody in it, the sender too.</summary>
    /// <exception cref="SocketException">The sender is not in the room, sends too fast, or sends too much at once.</exception>
    [SocketEvent("myevent")]
    public async Task MyEvent(string room, SocketArguments arguments)
    {
        if (!Rooms.Contains(room))
        {
            throw new SocketException($"You are not in the room '{room}'. Send subscribe('{room}') first.", AccessDenied);
        }

        limiter.CountEvent(User.FindFirstValue(ClaimTypes.NameIdentifier)!);
        try
        {
            await Clients.To(room).EmitAsync("myevent", arguments, Disconnected);
        }
        catch (ArgumentException error)
        {
            // Larger than Push:MaxEventBytes; the message says so.
            throw new SocketException(error.Message, "invalid_arguments");
        }
    }

    /// <inheritdoc/>
    public override ValueTask<SocketArguments?> OnUnknownEventAsync(string eventName, SocketArguments arguments) =>
        throw new SocketException($"Users may not send '{eventName}' here, only 'subscribe', 'unsubscribe' and 'myevent'.", AccessDenied);
}
