using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PushApp.Push;
using PushApp.SocketIO.Protocol;

namespace PushApp.SocketIO;

/// <summary>
/// Arguments as the data of a channel's event, and back. A JSON array is the arguments, one by one; an object is one argument; anything else, as what was published was text, is one string.
/// Each attachment is one more line, in base64, so that the first line alone is JSON.
/// </summary>
internal static class ArgumentsText
{
    public static EventData Format(SocketArguments arguments)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < arguments.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            // Line breaks between the tokens of JSON that came literally would be taken for the end of the line; in its strings they are escaped.
            text.Append(Encoding.UTF8.GetString(arguments.Items[i].Span).Replace('\r', ' ').Replace('\n', ' '));
        }

        text.Append(']');
        foreach (var attachment in arguments.AttachmentArray)
        {
            text.Append('\n').Append(Convert.ToBase64String(attachment.Span));
        }

        return text.ToString();
    }

    public static SocketArguments Parse(ReadOnlyMemory<byte> data)
    {
        var span = data.Span;
        if (span.Length > 0 && span[0] is (byte)'[' or (byte)'{' && Utf8.IsValid(span))
        {
            if (TryParse(data, [], out var arguments))
            {
                return arguments;
            }

            var line = span.IndexOf((byte)'\n');
            if (line > 0 && span[0] == '[' && TryReadAttachments(data[(line + 1)..], out var attachments) && TryParse(data[..line], attachments, out arguments))
            {
                return arguments;
            }
        }

        return new SocketArguments([SocketJson.Text(Encoding.UTF8.GetString(span))], []);
    }

    private static bool TryParse(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte>[] attachments, out SocketArguments arguments)
    {
        arguments = SocketArguments.Empty;
        try
        {
            if (!PacketReader.PlaceholdersFit(json.Span, attachments.Length))
            {
                // Clients close a connection that brings them a placeholder without its attachment.
                return false;
            }

            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = PacketReader.DeepestJson });
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                reader.Skip();
                if (reader.BytesConsumed < json.Length && reader.Read())
                {
                    return false;
                }

                arguments = new SocketArguments([json], []);
                return true;
            }

            var items = new List<ReadOnlyMemory<byte>>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                items.Add(json[start..(int)reader.BytesConsumed]);
            }

            if (reader.Read())
            {
                return false;
            }

            arguments = new SocketArguments([.. items], attachments);
            return true;
        }
        catch (JsonException)
        {
            // Text that only looks like JSON.
            return false;
        }
    }

    private static bool TryReadAttachments(ReadOnlyMemory<byte> lines, out ReadOnlyMemory<byte>[] attachments)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        attachments = [];
        foreach (var range in lines.Span.Split((byte)'\n'))
        {
            var line = lines.Span[range];
            var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
            if (Base64.DecodeFromUtf8(line, bytes, out _, out var written) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            found.Add(bytes.AsMemory(0, written));
        }

        attachments = [.. found];
        return true;
    }
}
