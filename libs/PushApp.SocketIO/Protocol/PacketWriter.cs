using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Protocol;

/// <summary>Writes packets (https://socket.io/docs/v4/socket-io-protocol/#packet-encoding). JSON without white space; arguments byte for byte as they are.</summary>
internal static class PacketWriter
{
    public static EngineMessage Connect(string name, string? sid, string? pid)
    {
        // Exactly these members: the conformance suite compares them.
        return sid is null
            ? Control(PacketType.Connect, name, default)
            : Control(PacketType.Connect, name, SocketJson.Serialize(
                pid is null ? (object)new { sid } : new { sid, pid }, [], SocketJson.Default));
    }

    public static EngineMessage Disconnect(string name) => Control(PacketType.Disconnect, name, default);

    public static EngineMessage ConnectError(string name, ReadOnlySpan<byte> json) => Control(PacketType.ConnectError, name, json);

    /// <summary>An event, and its attachments after it. The first message, when there are others, is to be sent with them in one call.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="ackId">The acknowledgement asked for, or null.</param>
    /// <param name="offset">For recovery: one more argument, the last; ASCII without what JSON escapes. Empty for none.</param>
    public static EngineMessage[] Event(string name, string eventName, SocketArguments arguments, long? ackId = null, ReadOnlySpan<byte> offset = default)
    {
        var writer = Begin(arguments.Attachments.Count > 0 ? PacketType.BinaryEvent : PacketType.Event, name, arguments, ackId);
        writer.Write("["u8);
        WriteString(writer, eventName);
        foreach (var item in arguments.Items)
        {
            writer.Write(","u8);
            writer.Write(item.Span);
        }

        if (offset.Length > 0)
        {
            writer.Write(",\""u8);
            writer.Write(offset);
            writer.Write("\""u8);
        }

        writer.Write("]"u8);
        return Messages(writer, arguments);
    }

    /// <summary>An event that was written, with one more argument, the last, as <see cref="Event"/> would have written it: for one of many who get the event, each with an offset of his own.</summary>
    public static EngineMessage[] WithOffset(EngineMessage[] messages, ReadOnlySpan<byte> offset)
    {
        var text = messages[0].Data.Span[..^1];
        var bytes = new byte[EnginePacket.FrameRoom + text.Length + offset.Length + 4];
        var rest = bytes.AsSpan(EnginePacket.FrameRoom);
        text.CopyTo(rest);
        rest = rest[text.Length..];
        ",\""u8.CopyTo(rest);
        offset.CopyTo(rest[2..]);
        "\"]"u8.CopyTo(rest[(2 + offset.Length)..]);

        // The attachments are everybody's.
        EngineMessage[] with = [.. messages];
        with[0] = EngineMessage.Framed(bytes);
        return with;
    }

    public static EngineMessage[] Ack(string name, long ackId, SocketArguments arguments)
    {
        var writer = Begin(arguments.Attachments.Count > 0 ? PacketType.BinaryAck : PacketType.Ack, name, arguments, ackId);
        writer.Write("["u8);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(","u8);
            }

            writer.Write(arguments.Items[i].Span);
        }

        writer.Write("]"u8);
        return Messages(writer, arguments);
    }

    private static EngineMessage Control(PacketType type, string name, ReadOnlySpan<byte> json)
    {
        var writer = NewWriter(64 + name.Length + json.Length);
        writer.Write([(byte)('0' + (int)type)]);
        if (name != "/")
        {
            Encoding.UTF8.GetBytes(name, writer);
            writer.Write(","u8);
        }

        writer.Write(json);
        return Text(writer);
    }

    private static ArrayBufferWriter<byte> NewWriter(int size)
    {
        var writer = new ArrayBufferWriter<byte>(EnginePacket.FrameRoom + size);
        writer.Advance(EnginePacket.FrameRoom);
        return writer;
    }

    /// <summary>What was written, as a message that goes out to any number of WebSockets as it is.</summary>
    private static EngineMessage Text(ArrayBufferWriter<byte> writer) => EngineMessage.Framed(MemoryMarshal.AsMemory(writer.WrittenMemory));

    private static ArrayBufferWriter<byte> Begin(PacketType type, string name, SocketArguments arguments, long? ackId)
    {
        var size = 64 + name.Length;
        foreach (var item in arguments.Items)
        {
            size += item.Length + 1;
        }

        var writer = NewWriter(size);
        writer.Write([(byte)('0' + (int)type)]);
        if (arguments.Attachments.Count > 0)
        {
            WriteNumber(writer, arguments.Attachments.Count);
            writer.Write("-"u8);
        }

        if (name != "/")
        {
            Encoding.UTF8.GetBytes(name, writer);
            writer.Write(","u8);
        }

        if (ackId is { } id)
        {
            WriteNumber(writer, id);
        }

        return writer;
    }

    private static EngineMessage[] Messages(ArrayBufferWriter<byte> writer, SocketArguments arguments)
    {
        var messages = new EngineMessage[1 + arguments.Attachments.Count];
        messages[0] = Text(writer);
        for (var i = 1; i < messages.Length; i++)
        {
            messages[i] = new EngineMessage(arguments.AttachmentArray[i - 1], isBinary: true);
        }

        return messages;
    }

    private static void WriteNumber(ArrayBufferWriter<byte> writer, long number)
    {
        var span = writer.GetSpan(20);
        number.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        writer.Advance(written);
    }

    private static void WriteString(ArrayBufferWriter<byte> writer, string text)
    {
        using var json = new Utf8JsonWriter(writer, new JsonWriterOptions { Encoder = SocketJson.Default.Encoder });
        json.WriteStringValue(text);
    }
}
