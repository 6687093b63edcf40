using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PushApp.SocketIO.Protocol;

/// <summary>
/// Reads the packets of one connection (https://socket.io/docs/v4/socket-io-protocol/#packet-encoding). What it is given is untrusted: whatever has not the exact
/// form is an error, after which the connection is closed and nothing more is read. Not thread-safe.
/// </summary>
internal sealed class PacketReader(PacketLimits limits)
{
    private Header? _waiting;
    private ReadOnlyMemory<byte>[] _attachments = [];
    private int _received;

    /// <summary>Whether a packet's attachments are still to come.</summary>
    public bool IsIncomplete => _waiting is not null;

    /// <summary>Takes a text message. <paramref name="packet"/> is null while its attachments are to come.</summary>
    /// <returns>False for a message that is no packet; <paramref name="error"/> says why.</returns>
    public bool TryReadText(ReadOnlyMemory<byte> message, out Packet? packet, [NotNullWhen(false)] out string? error)
    {
        packet = null;
        if (_waiting is not null)
        {
            error = "a text message came where an attachment was to come";
            return false;
        }

        if (!TryReadHeader(message, out var header, out var attachments, out error))
        {
            return false;
        }

        if (attachments > 0)
        {
            _waiting = header;
            _attachments = new ReadOnlyMemory<byte>[attachments];
            _received = 0;
            error = null;
            return true;
        }

        return TryComplete(header, [], out packet, out error);
    }

    /// <summary>Takes a binary message: the next attachment.</summary>
    /// <inheritdoc cref="TryReadText"/>
    public bool TryReadBinary(ReadOnlyMemory<byte> message, out Packet? packet, [NotNullWhen(false)] out string? error)
    {
        packet = null;
        error = null;
        if (_waiting is not { } header)
        {
            error = "a binary message came that no packet announced";
            return false;
        }

        _attachments[_received++] = message;
        if (_received < _attachments.Length)
        {
            return true;
        }

        _waiting = null;
        return TryComplete(header, _attachments, out packet, out error);
    }

    private readonly record struct Header(PacketType Type, string Namespace, long? AckId, ReadOnlyMemory<byte> Payload);

    private bool TryReadHeader(ReadOnlyMemory<byte> message, out Header header, out int attachments, [NotNullWhen(false)] out string? error)
    {
        header = default;
        attachments = 0;
        error = null;
        var span = message.Span;
        if (!Utf8.IsValid(span))
        {
            error = "it is not UTF-8";
            return false;
        }

        if (span.IsEmpty || span[0] is < (byte)'0' or > (byte)'6')
        {
            error = "it begins with no packet type";
            return false;
        }

        var type = (PacketType)(span[0] - '0');
        var at = 1;
        if (type is PacketType.BinaryEvent or PacketType.BinaryAck && !TryReadAttachmentCount(span, ref at, out attachments, out error))
        {
            return false;
        }

        if (!TryReadNamespace(span, ref at, out var name) || !TryReadAckId(span, ref at, out var ackId))
        {
            error = "its namespace or its acknowledgement's id is none";
            return false;
        }

        header = new Header(type, name, ackId, message[at..]);
        return true;
    }

    private bool TryReadAttachmentCount(ReadOnlySpan<byte> span, ref int at, out int count, [NotNullWhen(false)] out string? error)
    {
        count = 0;
        error = null;
        var start = at;
        while (at < span.Length && span[at] is >= (byte)'0' and <= (byte)'9' && at - start < 9)
        {
            count = (count * 10) + span[at++] - '0';
        }

        if (at == start || at == span.Length || span[at] != '-')
        {
            error = "its number of attachments is none";
            return false;
        }

        at++;
        if (count > limits.MaxAttachments)
        {
            error = $"it announces {count} attachments; at most {limits.MaxAttachments} are taken";
            return false;
        }

        return true;
    }

    private bool TryReadNamespace(ReadOnlySpan<byte> span, ref int at, [NotNullWhen(true)] out string? name)
    {
        name = "/";
        if (at == span.Length || span[at] != '/')
        {
            return true;
        }

        var rest = span[at..];
        var comma = rest.IndexOf((byte)',');
        var bytes = comma < 0 ? rest : rest[..comma];
        at += comma < 0 ? rest.Length : comma + 1;
        var query = limits.MaxQueryLength > 0 ? bytes.IndexOf((byte)'?') : -1;
        var nameLength = query < 0 ? bytes.Length : query;
        if (nameLength > PacketLimits.MaxNamespaceLength || bytes.Length - nameLength > limits.MaxQueryLength)
        {
            name = null;
            return false;
        }

        name = Encoding.UTF8.GetString(bytes);
        return true;
    }

    private static bool TryReadAckId(ReadOnlySpan<byte> span, ref int at, out long? ackId)
    {
        var start = at;
        var value = 0L;
        while (at < span.Length && span[at] is >= (byte)'0' and <= (byte)'9')
        {
            value = (value * 10) + span[at++] - '0';
            if (at - start > PacketLimits.MaxAckIdDigits)
            {
                ackId = null;
                return false;
            }
        }

        ackId = at == start ? null : value;
        return true;
    }

    private bool TryComplete(Header header, ReadOnlyMemory<byte>[] attachments, out Packet? packet, [NotNullWhen(false)] out string? error)
    {
        packet = null;
        try
        {
            error = header.Type switch
            {
                PacketType.Connect => CompleteConnect(header, out packet),
                PacketType.Disconnect => CompleteDisconnect(header, out packet),
                PacketType.Event or PacketType.BinaryEvent => CompleteEvent(header, attachments, out packet),
                PacketType.Ack or PacketType.BinaryAck => CompleteAck(header, attachments, out packet),
                _ => "only a server refuses a connection",
            };
        }
        catch (JsonException exception)
        {
            error = $"its payload is no JSON: {exception.Message}";
        }
        catch (InvalidOperationException)
        {
            // What System.Text.Json throws for half a surrogate pair. In an argument it is the handler's affair: cut text of a user is no attack.
            error = "the event's name holds text that is none";
        }

        return error is null;
    }

    private string? CompleteConnect(Header header, out Packet? packet)
    {
        packet = null;
        if (header.AckId is not null)
        {
            return "a connection asks for no acknowledgement";
        }

        if (!header.Payload.IsEmpty)
        {
            var reader = CreateReader(header.Payload);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "the payload of a connection is an object";
            }

            ReadToEnd(ref reader);
        }

        packet = new Packet(PacketType.Connect, header.Namespace, null, header.Payload);
        return null;
    }

    private static string? CompleteDisconnect(Header header, out Packet? packet)
    {
        packet = null;
        if (!header.Payload.IsEmpty || header.AckId is not null)
        {
            return "a disconnection has no payload";
        }

        packet = new Packet(PacketType.Disconnect, header.Namespace, null, default);
        return null;
    }

    private string? CompleteEvent(Header header, ReadOnlyMemory<byte>[] attachments, out Packet? packet)
    {
        packet = null;
        var reader = CreateReader(header.Payload);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return "the payload of an event is an array";
        }

        reader.Read();
        string name;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                name = reader.GetString()!;
                break;
            case JsonTokenType.Number:
                name = Encoding.ASCII.GetString(reader.ValueSpan);
                break;
            default:
                return "an event's name is a string or a number";
        }

        if (ReservedEvents.All.Contains(name))
        {
            return $"the event name '{name}' is reserved";
        }

        if (!TryReadItems(ref reader, header.Payload, attachments.Length, out var items))
        {
            return "it names an attachment that is none";
        }

        packet = new Packet(PacketType.Event, header.Namespace, header.AckId, header.Payload, name, new SocketArguments(items, attachments));
        return null;
    }

    private string? CompleteAck(Header header, ReadOnlyMemory<byte>[] attachments, out Packet? packet)
    {
        packet = null;
        if (header.AckId is null)
        {
            return "an acknowledgement has an id";
        }

        var reader = CreateReader(header.Payload);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return "the payload of an acknowledgement is an array";
        }

        if (!TryReadItems(ref reader, header.Payload, attachments.Length, out var items))
        {
            return "it names an attachment that is none";
        }

        packet = new Packet(PacketType.Ack, header.Namespace, header.AckId, header.Payload, null, new SocketArguments(items, attachments));
        return null;
    }

    /// <summary>The rest of an array, item by item, each as the text it came in. False for a placeholder whose number is none.</summary>
    private bool TryReadItems(ref Utf8JsonReader reader, ReadOnlyMemory<byte> payload, int attachments, out ReadOnlyMemory<byte>[] items)
    {
        var list = new List<ReadOnlyMemory<byte>>();
        items = [];
        var objects = attachments > 0 ? new OpenObject[limits.MaxJsonDepth + 1] : [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            if (attachments == 0)
            {
                reader.Skip();
            }
            else if (!TrySkipValue(ref reader, attachments, objects))
            {
                return false;
            }

            list.Add(payload[start..(int)reader.BytesConsumed]);
        }

        ReadToEnd(ref reader);
        items = [.. list];
        return true;
    }

    /// <summary>What an object that is being read has shown of a placeholder, <c>{"_placeholder":true,"num":0}</c>, in whichever order.</summary>
    private record struct OpenObject(bool IsPlaceholder, int? Number);

    /// <summary>As deep as JSON is ever read.</summary>
    public const int DeepestJson = 1000;

    /// <summary>Whether each placeholder in a JSON text stands for one of so many attachments.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool PlaceholdersFit(ReadOnlySpan<byte> json, int attachments)
    {
        if (json.IndexOf("_placeholder"u8) < 0 && json.IndexOf("\\u"u8) < 0)
        {
            // Not even an escaped one: the usual case.
            return true;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestJson });
        reader.Read();
        return TrySkipValue(ref reader, attachments, new OpenObject[DeepestJson + 1]);
    }

    private static bool TrySkipValue(ref Utf8JsonReader reader, int attachments, OpenObject[] objects)
    {
        var depth = reader.CurrentDepth;
        do
        {
            ref var open = ref objects[reader.TokenType is JsonTokenType.StartObject or JsonTokenType.EndObject ? reader.CurrentDepth : Math.Max(0, reader.CurrentDepth - 1)];
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open = default;
                    break;
                case JsonTokenType.EndObject when open.IsPlaceholder && !(open.Number >= 0 && open.Number < attachments):
                    return false;
                case JsonTokenType.PropertyName when IsName(reader, "_placeholder"u8):
                    var ahead = reader;
                    open.IsPlaceholder = ahead.Read() && ahead.TokenType == JsonTokenType.True;
                    break;
                case JsonTokenType.PropertyName when IsName(reader, "num"u8):
                    ahead = reader;
                    open.Number = ahead.Read() && ahead.TokenType == JsonTokenType.Number && ahead.TryGetInt32(out var number) ? number : null;
                    break;
            }
        }
        while (reader.CurrentDepth >= depth && !IsEnd(reader, depth) && reader.Read());
        return true;
    }

    /// <summary>Whether a property has this name. One with half a surrogate pair in it, which JSON allows as an escape and .NET cannot read as text, is another.</summary>
    private static bool IsName(in Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.SequenceEqual(name);
        }

        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whether the value that began at this depth is over with the token just read.</summary>
    private static bool IsEnd(in Utf8JsonReader reader, int depth) =>
        reader.CurrentDepth == depth && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);

    private Utf8JsonReader CreateReader(ReadOnlyMemory<byte> payload) => new(payload.Span, new JsonReaderOptions { MaxDepth = limits.MaxJsonDepth });

    private static void ReadToEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            // A value that goes on, or anything after it, is an error of the reader's.
        }
    }
}
