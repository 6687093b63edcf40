using PushApp.Push;

namespace PushApp.SocketIO;

/// <summary>Emitting from any process that has an <see cref="IPushPublisher"/>, such as a worker: it needs neither a server nor <c>AddSocketIO</c>.</summary>
public static class SocketIOPublisherExtensions
{
    /// <summary>
    /// Emits an event to a room of the main namespace: every socket in it, on all nodes, and every stream of Server-Sent Events of the channel <c>room:{room}</c>, whose data is the JSON array of the
    /// arguments. To a room of another namespace, emit to its channel: <see cref="EmitToChannelAsync(IPushPublisher, ChannelName, string, SocketArguments, PublishOptions, CancellationToken)"/>.
    /// </summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="room">The room.</param>
    /// <param name="eventName">1 to 200 characters without line break or NUL; none of the clients' own.</param>
    /// <param name="arguments">The arguments, written as JSON. An array given alone is taken for all of them; wrap it (<c>[array]</c>) to send one.</param>
    /// <inheritdoc cref="IPushPublisher.PublishAsync(ChannelName, string, EventData, PublishOptions?, CancellationToken)" path="/exception"/>
    public static ValueTask<PublishResult> EmitToRoomAsync(this IPushPublisher publisher, string room, string eventName, params object?[] arguments) =>
        publisher.EmitToChannelAsync(ChannelName.Room(room), eventName, SocketArguments.FromList(arguments));

    /// <summary>Emits an event to the sockets and streams of a channel.</summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="channel">A room's channel: <c>room:{room}</c>, <c>room:{namespace}:{room}</c>, or what the namespace's <see cref="NamespaceBuilder.UseRoomChannels"/> says.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="options">Key, history, time to live; null for a logged event. Events without history are volatile.</param>
    /// <param name="cancellationToken">Has no effect once the event was sent to the broker.</param>
    /// <inheritdoc cref="IPushPublisher.PublishAsync(ChannelName, string, EventData, PublishOptions?, CancellationToken)" path="/exception"/>
    public static ValueTask<PublishResult> EmitToChannelAsync(
        this IPushPublisher publisher, ChannelName channel, string eventName, SocketArguments arguments, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        EmitRules.Check(eventName, arguments);
        return publisher.PublishAsync(channel, eventName, ArgumentsText.Format(arguments), options, cancellationToken);
    }
}
