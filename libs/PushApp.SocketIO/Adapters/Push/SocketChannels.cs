using System.Security.Cryptography;
using System.Text;
using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>Which channel carries what. Names that are too long for a channel are hashed, where nobody else has to know them.</summary>
internal static class SocketChannels
{
    /// <summary>The pattern of sockets' own channels.</summary>
    public const string SocketPattern = "socket:*";

    /// <summary>Emits to several rooms, with exceptions, or to everybody, filtered on each node.</summary>
    public static ChannelName Namespace(string name) => Of("socketio", name);

    /// <summary>What is emitted to one socket alone.</summary>
    public static ChannelName Socket(string id) => Of("socket", id);

    /// <summary>The channel of a room.</summary>
    /// <exception cref="ArgumentException">The room's name is too long for a channel.</exception>
    public static ChannelName Room(string name, NamespaceDefinition? definition, string room)
    {
        if (definition?.RoomChannel is { } own)
        {
            return own(room);
        }

        return name == "/" ? ChannelName.Room(room) : ChannelName.Of("room", name, room);
    }

    private static ChannelName Of(string kind, string name)
    {
        try
        {
            return ChannelName.Of(kind, name);
        }
        catch (ArgumentException)
        {
            return ChannelName.Of(kind, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
        }
    }
}
