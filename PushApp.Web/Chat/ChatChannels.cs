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
        // Composed, so that two names that look the same are one room.
        var room = (name ?? "").Trim();
        if (!TryNormalize(ref room))
        {
            throw new SocketException("A room's name is valid Unicode text; this one holds half of a surrogate pair.", ChatErrors.InvalidArguments);
        }

        if (RoomNames.FindObjection(room) is { } objection)
        {
            throw new SocketException(objection, ChatErrors.AccessDenied);
        }

        try
        {
            return ChannelName.Room(room);
        }
        catch (ArgumentException)
        {
            throw new SocketException($"The name of the room is too long: with '{RoomPrefix}' before it, and percent-encoded, it may have {ChannelName.MaxLength} characters. Choose a shorter one.", ChatErrors.InvalidArguments);
        }
    }

    /// <summary>What tells a user's pages what has changed on the user's list.</summary>
    public static ChannelName Inbox(string userName) => ChannelName.Of("chat", userName.ToLowerInvariant());

    /// <summary>Reads the name of a conversation: of a room or of two users.</summary>
    public static bool TryParse([NotNullWhen(true)] string? id, out ChannelName channel) =>
        ChannelName.TryParse(id, out channel) && channel.Value == id && (IsRoom(channel) || IsDirect(channel));

    public static bool IsDirect(ChannelName channel) => channel.Value.StartsWith(DirectPrefix, StringComparison.Ordinal);

    /// <summary>A room's name, as it was joined.</summary>
    public static string RoomOf(ChannelName channel) => Uri.UnescapeDataString(channel.Value[RoomPrefix.Length..]);

    /// <summary>The other of the two users, in small letters.</summary>
    public static string PeerOf(ChannelName direct, string userName)
    {
        var parties = direct.Value[DirectPrefix.Length..].Split(':');
        var own = ChannelName.User(userName).Value["user:".Length..];
        return Uri.UnescapeDataString(parties[0] == own ? parties[1] : parties[0]);
    }

    private static bool IsRoom(ChannelName channel) => channel.Value.StartsWith(RoomPrefix, StringComparison.Ordinal);

    private static bool TryNormalize(ref string text)
    {
        try
        {
            text = text.Normalize();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
