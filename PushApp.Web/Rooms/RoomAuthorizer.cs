using PushApp.Push;

namespace PushApp.Web.Rooms;

/// <summary>
/// Lets every signed-in user into the rooms of the main namespace whose names are not reserved, and see who is there, over Socket.IO and Server-Sent Events alike. Publishing is not granted by this: over Socket.IO a
/// user sends to the rooms that the socket is in.
/// </summary>
internal sealed class RoomAuthorizer : IChannelAuthorizer
{
    private const string Prefix = "room:";

    public ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken) =>
        new(access is ChannelAccess.Subscribe or ChannelAccess.Presence && principal is { UserName.Length: > 0, ApiKey: null } && IsOpen(channel.Value));

    // A second ':' makes it a room of another namespace (room:{namespace}:{room}); those inside a room's name are encoded.
    private static bool IsOpen(string channel) =>
        channel.StartsWith(Prefix, StringComparison.Ordinal)
        && !channel.AsSpan(Prefix.Length).Contains(':')
        && RoomNames.FindObjection(Uri.UnescapeDataString(channel[Prefix.Length..])) is null;
}
