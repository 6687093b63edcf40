using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>Which channel carries an emit, and as what.</summary>
internal static class EmitRoute
{
    /// <summary>
    /// One room: the room's own channel. Whatever else: the namespace's channel, whose events each node filters. To one socket: its own channel where sockets have one, which they do
    /// where they can recover.
    /// </summary>
    /// <exception cref="SocketException">The room's name cannot be that of a channel.</exception>
    public static (ChannelName Channel, EventData Data) Of(SocketServer server, EmitTarget target, SocketArguments arguments) =>
        target is { Rooms: [var room], Except.IsEmpty: true } && (server.Options.Recovery.Enabled || !SocketIds.IsId(room))
            ? (ChannelOf(target.Namespace, server.FindDefinition(target.Namespace), room), ArgumentsText.Format(arguments))
            : (SocketChannels.Namespace(target.Namespace), NamespaceEntry.Format(target, arguments));

    /// <inheritdoc cref="Of" path="/exception"/>
    public static ChannelName ChannelOf(string name, NamespaceDefinition? definition, string room)
    {
        if (SocketIds.IsId(room))
        {
            return SocketChannels.Socket(room);
        }

        try
        {
            return SocketChannels.Room(name, definition, room);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new SocketException($"The name of room '{room}' cannot be that of a channel: {error.Message}", SocketErrors.InvalidArguments);
        }
    }
}
