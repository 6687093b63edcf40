using PushApp.Push;

namespace PushApp.Web.Rooms;

/// <summary>
/// Lets every signed-in user into the rooms of the main namespace whose names are not reserved, and see who is there, over Socket.IO and Server-Sent Events alike. Whoever is in a room, by any connection to
/// any node, publishes to it over HTTP too; over Socket.IO a user sends to the rooms that the socket is in.
/// </summary>
internal sealed class RoomAuthorizer(IPresence presence) : IChannelAuthorizer
{
    private const string Prefix = "room:";

    public ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken)
    {
        if (principal is not { UserName: { Length: > 0 } userName, ApiKey: null } || !IsOpen(channel.Value))
        {
            return new(false);
        }

        return access switch
        {
            ChannelAccess.Subscribe or ChannelAccess.Presence => new(true),
            ChannelAccess.Publish => presence.IsInAsync(channel, userName, cancellationToken),
            _ => new(false),
        };
    }

    // A second ':' makes it a room of another namespace (room:{namespace}:{room}); those inside a room's name are encoded.
    private static bool IsOpen(string channel) =>
        channel.StartsWith(Prefix, StringComparison.Ordinal)
        && !channel.AsSpan(Prefix.Length).Contains(':')
        && RoomNames.FindObjection(Uri.UnescapeDataString(channel[Prefix.Length..])) is null;
}
