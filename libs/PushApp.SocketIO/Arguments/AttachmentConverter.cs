using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushApp.SocketIO;

/// <summary>
/// Bytes as an attachment: <c>{"_placeholder":true,"num":0}</c>, its properties in this order, as the clients compare text
/// (https://socket.io/docs/v4/socket-io-protocol/#packet-encoding). Outside of a packet, and from clients that sent text, base64.
/// </summary>
internal sealed class AttachmentConverter<T>(Func<T, ReadOnlyMemory<byte>> toBytes, Func<ReadOnlyMemory<byte>, T> fromBytes) : JsonConverter<T>
{
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (SocketJson.Writing is not { } attachments)
        {
            writer.WriteBase64StringValue(toBytes(value).Span);
            return;
        }

        writer.WriteStartObject();
        writer.WriteBoolean("_placeholder"u8, true);
        writer.WriteNumber("num"u8, attachments.Count);
        writer.WriteEndObject();
        attachments.Add(toBytes(value));
    }

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.TryGetBytesFromBase64(out var bytes) ? fromBytes(bytes) : throw new JsonException("Text that stands for bytes is base64.");
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Bytes come as a binary attachment, or as base64.");
        }

        var isPlaceholder = false;
        var number = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("_placeholder"u8))
            {
                reader.Read();
                isPlaceholder = reader.TokenType == JsonTokenType.True;
            }
            else if (reader.ValueTextEquals("num"u8))
            {
                reader.Read();
                number = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) ? value : -1;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return isPlaceholder && SocketJson.Reading is { } attachments && number >= 0 && number < attachments.Length
            ? fromBytes(attachments[number])
            : throw new JsonException("Bytes come as a binary attachment, or as base64.");
    }
}
