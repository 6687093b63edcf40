using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushApp.Push.Inspection;

/// <summary>How what is seen is written as JSON: camelCase, times as Unix milliseconds with fractions, since steps of an event's journey lie closer than a millisecond.</summary>
public static class InspectionJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        options.Converters.Add(new UnixMilliseconds());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class UnixMilliseconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            DateTimeOffset.UnixEpoch.AddTicks((long)(reader.GetDouble() * TimeSpan.TicksPerMillisecond));

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(Math.Round((value - DateTimeOffset.UnixEpoch).TotalMilliseconds, 3));
    }
}
