using System.Text;
using PushApp.Push.Hub;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>A channel's event as a packet of one namespace: read and encoded once per node, however many sockets get it.</summary>
internal sealed class EncodedEvent
{
    private readonly string _namespace;
    private readonly string _eventName;
    private readonly HubEvent _item;
    private EngineMessage[]? _messages;
    private EngineMessage[]? _tracedMessages;

    private EncodedEvent(HubEvent item, string name, string eventName, EmitTarget? target, SocketArguments? arguments)
    {
        _item = item;
        _namespace = name;
        _eventName = eventName;
        Target = target;
        Arguments = arguments;
    }

    /// <summary>For whom; null for all who hold the channel.</summary>
    public EmitTarget? Target { get; }

    /// <summary>Null for what no client can be sent: an event of the clients' own name, or data that is none of ours.</summary>
    public SocketArguments? Arguments { get; }

    /// <param name="item">The event.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="isNamespaceChannel">Whether it came by the namespace's own channel.</param>
    /// <param name="channelEvent">The event that carries those of rooms' channels as they are, or null.</param>
    public static EncodedEvent Of(HubEvent item, string name, bool isNamespaceChannel, string? channelEvent)
    {
        if (item.Encoded is EncodedEvent known && known._namespace == name)
        {
            return known;
        }

        var encoded = Read(item, name, isNamespaceChannel, channelEvent);
        item.Encoded = encoded;
        return encoded;
    }

    /// <summary>The packet; one that carries an offset is the receiving socket's alone.</summary>
    /// <param name="offset">For recovery; empty for none.</param>
    /// <param name="withContext">For a client that goes on with traces: where the event's is recorded, one more argument, <see cref="EventContext"/>.</param>
    public EngineMessage[] Messages(ReadOnlySpan<byte> offset, bool withContext)
    {
        EngineMessage[] messages;
        if (withContext && _item.IsTraced)
        {
            messages = _tracedMessages ??= PacketWriter.Event(_namespace, _eventName, EventContext.Append(Arguments!, _item));
        }
        else
        {
            messages = _messages ??= PacketWriter.Event(_namespace, _eventName, Arguments!);
        }

        return offset.IsEmpty ? messages : PacketWriter.WithOffset(messages, offset);
    }

    private static EncodedEvent Read(HubEvent item, string name, bool isNamespaceChannel, string? channelEvent)
    {
        var eventName = item.Entry.Event;
        if (channelEvent is not null && !isNamespaceChannel && item.Channel.Name.Prefix is not "socket")
        {
            return new EncodedEvent(item, name, channelEvent, null, SocketArguments.From(eventName, Encoding.UTF8.GetString(item.Entry.Data.Span), item.Channel.Name.Value));
        }

        if (eventName.Length == 0 || ReservedEvents.All.Contains(eventName))
        {
            return new EncodedEvent(item, name, eventName, null, null);
        }

        if (!isNamespaceChannel)
        {
            return new EncodedEvent(item, name, eventName, null, ArgumentsText.Parse(item.Entry.Data));
        }

        var entry = NamespaceEntry.Parse(name, item.Entry.Data);
        return new EncodedEvent(item, name, eventName, entry?.Target, entry?.Arguments);
    }
}
