using System.Diagnostics.CodeAnalysis;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Web.Rooms;

namespace PushApp.Web.Chat;

/// <summary>
/// Which channel carries what of the chat. A room of the namespace <c>/chat</c> is named as its channel: <c>room:{name}</c>, the same channel as the room's in the main namespace, so that streams
/// and the history over HTTP see the same log under the same rules; <c>dm:{a}:{b}</c>; and <c>chat:{userName}</c>, which tells a user's pages what has changed on the user's list.
/// </summary>
internal static class ChatChannels
{
    private const string RoomPrefix = "room:";
    private const string DirectPrefix = "dm:";

    /// <summary>The channel of a room that a user asks for.</summary>
    /// <exception cref="SocketException">It may not be joined; the message says why.</exception>
    public static ChannelName Room(string? name)
    {
        var room = (name ?? "").Trim();
        if (RoomNames.FindObjection(room) is { } objection)
        {
            throw new SocketException(objection, ChatErrors.AccessDenied);
        }

        return ChannelName.TryParse($"{RoomPrefix}{Escape(room)}", out var channel, out var error)
            && channel.Value.Length <= SocketRooms.MaxNameLength
            ? channel
            : throw new SocketException($"'{room}' cannot be a room's name: {error ?? $"encoded as a channel's it has more than {SocketRooms.MaxNameLength} characters."}", ChatErrors.InvalidArguments);
    }

    /// <summary>The channel of two users; false where their names are too long together.</summary>
    public static bool TryDirect(string userName, string peer, out ChannelName channel) =>
        ChannelName.TryParse($"{DirectPrefix}{Escape(userName)}:{Escape(peer)}", out channel) && channel.Value.Length <= SocketRooms.MaxNameLength;

    /// <summary>What tells a user's pages what has changed on the user's list.</summary>
    public static ChannelName Inbox(string userName) => ChannelName.Of("chat", ChannelName.User(userName).GetSegments()[1]);

    /// <summary>Reads the name of a conversation: of a room or of two users.</summary>
    public static bool TryParse([NotNullWhen(true)] string? id, out ChannelName channel) =>
        ChannelName.TryParse(id, out channel) && channel.Value == id && (IsRoom(channel) || IsDirect(channel));

    public static bool IsDirect(ChannelName channel) => channel.Prefix is "dm";

    /// <summary>A room's name, as it was joined.</summary>
    public static string RoomOf(ChannelName channel) => Uri.UnescapeDataString(channel.Value[RoomPrefix.Length..]);

    /// <summary>The other of the two users, in small letters.</summary>
    public static string PeerOf(ChannelName direct, string userName)
    {
        var parties = direct.Value[DirectPrefix.Length..].Split(':');
        var own = ChannelName.User(userName).Value["user:".Length..];
        return Uri.UnescapeDataString(parties[0] == own ? parties[1] : parties[0]);
    }

    // What would end a segment, or begin an escape.
    private static string Escape(string segment) => segment.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal);

    private static bool IsRoom(ChannelName channel) => channel.Prefix is "room";
}
