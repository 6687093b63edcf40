using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushApp.Contacts;

/// <summary>How lists of values stand in the database: a JSON array of <c>{"value","label"}</c>, and empty text for none.</summary>
internal static partial class LabeledValuesJson
{
    public static string Write(IReadOnlyList<LabeledValue> values) =>
        values.Count == 0 ? "" : JsonSerializer.Serialize(values, Context.Default.IReadOnlyListLabeledValue);

    /// <summary>Writes as <see cref="Write(IReadOnlyList{LabeledValue})"/> does, without a string between.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<LabeledValue> values)
    {
        if (values.Count > 0)
        {
            JsonSerializer.Serialize(writer, values, Context.Default.IReadOnlyListLabeledValue);
        }
    }

    public static IReadOnlyList<LabeledValue> Read(string text) =>
        text.Length == 0 ? [] : JsonSerializer.Deserialize(text, Context.Default.IReadOnlyListLabeledValue)!;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(IReadOnlyList<LabeledValue>))]
    private sealed partial class Context : JsonSerializerContext;
}
