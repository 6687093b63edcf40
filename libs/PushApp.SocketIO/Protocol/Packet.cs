namespace PushApp.SocketIO.Protocol;

/// <summary>One packet, whole: its attachments are there and its payload has the form that its type asks for.</summary>
/// <param name="Type">The type; a binary one once it has its attachments is no different from the plain one, and becomes it.</param>
/// <param name="Namespace">The namespace, beginning with <c>/</c>.</param>
/// <param name="AckId">The id of the acknowledgement asked for, or given.</param>
/// <param name="Payload">The JSON as it came; empty for none.</param>
/// <param name="EventName">The event's name; null for other types.</param>
/// <param name="Arguments">An event's or an acknowledgement's arguments.</param>
internal sealed record Packet(
    PacketType Type, string Namespace, long? AckId, ReadOnlyMemory<byte> Payload, string? EventName = null, SocketArguments? Arguments = null);
