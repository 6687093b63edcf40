using PushApp.SocketIO;

namespace PushApp.Web.Rooms;

/// <summary>Which rooms of the main namespace users may join: all but those whose names the application keeps for itself (docs/socketio.md, "In the app").</summary>
internal static class RoomNames
{
    // A name, or a prefix that ends in '*'. Compared without case, so that nobody is taken in by 'Admin'. What looks like a channel, a namespace or a socket's id is none of a user's either.
    private static readonly string[] Reserved =
    [
        "admin", "admin.*", "admin:*", "system", "system.*", "system:*", "push", "push.*", "push:*",
        "broadcast", "stats", "user:*", "dm:*", "room:*", "socket:*", "socketio:*", "/*", "~*",
    ];

    /// <summary>Null where a signed-in user may join; or why not, for a person to read.</summary>
    public static string? FindObjection(string? room)
    {
        if (string.IsNullOrEmpty(room) || room.Length > SocketRooms.MaxNameLength)
        {
            return $"A room's name has 1 to {SocketRooms.MaxNameLength} characters.";
        }

        // Two rooms whose names look the same would be taken for one.
        if (char.IsWhiteSpace(room[0]) || char.IsWhiteSpace(room[^1]) || room.Any(char.IsControl))
        {
            return "A room's name neither begins nor ends with white space and holds no control characters.";
        }

        foreach (var pattern in Reserved)
        {
            if (pattern[^1] == '*'
                ? room.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase)
                : string.Equals(room, pattern, StringComparison.OrdinalIgnoreCase))
            {
                return $"The room '{room}' is reserved for the application. Choose a name that is none of '{pattern}'.";
            }
        }

        return null;
    }
}
