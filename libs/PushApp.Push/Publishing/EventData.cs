using System.Text.Json;

namespace PushApp.Push;

/// <summary>An event's data: text. A string is sent as it is, any other value as its JSON literal.</summary>
public readonly struct EventData
{
    private readonly string? _text;

    private EventData(string text) => _text = text;

    /// <summary>The text that browsers receive.</summary>
    public string Text => _text ?? "";

    /// <summary>Serialises a value; a <see cref="string"/> (or a JSON string) stands for its own text.</summary>
    /// <param name="value">The value; null is the literal <c>null</c>.</param>
    /// <param name="options">How to write it. Default: camelCase, as <see cref="JsonSerializerOptions.Web"/>.</param>
    public static EventData From<T>(T value, JsonSerializerOptions? options = null) => value switch
    {
        EventData data => data,
        string text => new EventData(text),
        JsonElement { ValueKind: JsonValueKind.String } element => new EventData(element.GetString()!),
        JsonElement element => new EventData(element.GetRawText()),
        _ => new EventData(JsonSerializer.Serialize(value, options ?? JsonSerializerOptions.Web)),
    };

    /// <summary>Text as it is.</summary>
    public static implicit operator EventData(string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
