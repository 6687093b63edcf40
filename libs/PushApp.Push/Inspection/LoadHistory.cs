using System.Text.Json;
using System.Text.Json.Serialization;

namespace PushApp.Push.Inspection;

/// <summary>
/// Figures over time as JSON: a row of numbers for each sample, in the order of <see cref="LoadSample"/>, since names, repeated 300 times for each process, would be more than half of it.
/// </summary>
internal sealed class LoadHistory : JsonConverter<IReadOnlyList<LoadSample>>
{
    public override IReadOnlyList<LoadSample> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        [.. (JsonSerializer.Deserialize<Row[]>(ref reader, options) ?? []).Select(row => row.Sample)];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<LoadSample> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Select(sample => new Row(sample)), options);

    [JsonConverter(typeof(RowConverter))]
    private readonly record struct Row(LoadSample Sample);

    private sealed class RowConverter : JsonConverter<Row>
    {
        public override Row Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var row = JsonSerializer.Deserialize<JsonElement[]>(ref reader, options);
            return row is [var time, var connections, var published, var received, var deliveries, var bytes, var processor, var median, var p95, var p99, ..]
                ? new Row(new LoadSample(
                    time.Deserialize<DateTimeOffset>(options), connections.GetInt32(), published.GetDouble(), received.GetDouble(), deliveries.GetDouble(), bytes.GetDouble(), processor.GetDouble(),
                    median.Deserialize<double?>(options), p95.Deserialize<double?>(options), p99.Deserialize<double?>(options)))
                : throw new JsonException("A sample has ten numbers.");
        }

        public override void Write(Utf8JsonWriter writer, Row value, JsonSerializerOptions options)
        {
            var sample = value.Sample;
            writer.WriteStartArray();
            JsonSerializer.Serialize(writer, sample.Time, options);
            foreach (var number in (ReadOnlySpan<double?>)[sample.Connections, sample.Published, sample.Received, sample.Deliveries, sample.Bytes, sample.Processor, sample.Median, sample.P95, sample.P99])
            {
                JsonSerializer.Serialize(writer, number, options);
            }

            writer.WriteEndArray();
        }
    }
}
