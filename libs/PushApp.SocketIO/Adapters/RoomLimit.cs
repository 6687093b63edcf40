namespace PushApp.SocketIO;

internal static class RoomLimit
{
    /// <summary>Whether there is anything to do to join a room: false when the socket is in it, as it is in its own from the start.</summary>
    /// <exception cref="SocketException">The socket is in as many rooms as it may be, or the room is another socket's own, in which it would get what is emitted to that one alone.</exception>
    public static bool Check(Socket socket, string room)
    {
        if (SocketIds.IsId(room))
        {
            return string.Equals(room, socket.Id, StringComparison.Ordinal) ? false : throw SocketException.AccessDenied($"join '{room}', the id of another socket");
        }

        if (socket.Rooms.Contains(room))
        {
            return false;
        }

        var limit = socket.Host.Server.Options.MaxRooms;
        return socket.Rooms.Count < limit ? true : throw new SocketException($"A socket may be in at most {limit} rooms (SocketIO:MaxRooms).", "too_many_rooms");
    }
}
