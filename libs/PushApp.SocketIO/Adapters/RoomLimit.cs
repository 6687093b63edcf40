namespace PushApp.SocketIO;

internal static class RoomLimit
{
    /// <exception cref="SocketException">The socket is in as many rooms as it may be.</exception>
    public static void Check(Socket socket, string room)
    {
        var limit = socket.Host.Server.Options.MaxRooms;
        if (socket.Rooms.Count >= limit && !socket.Rooms.Contains(room))
        {
            throw new SocketException($"A socket may be in at most {limit} rooms (SocketIO:MaxRooms).", "too_many_rooms");
        }
    }
}
