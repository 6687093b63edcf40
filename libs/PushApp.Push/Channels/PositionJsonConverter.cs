using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushApp.Push;

/// <summary>A position is its text in JSON, as it is everywhere else.</summary>
internal sealed class PositionJsonConverter : JsonConverter<Position>
{
    public override Position Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Position.TryParse(reader.GetString(), out var position)
            ? position
            : throw new JsonException("A position is a text such as \"42-9f3c01ab\".");

    public override void Write(Utf8JsonWriter writer, Position value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[Position.MaxTextLength];
        value.TryFormat(text, out var length, default, null);
        writer.WriteStringValue(text[..length]);
    }
}
