using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Web.Telemetry;

/// <summary>Reads an <c>ExportTraceServiceRequest</c> (https://opentelemetry.io/docs/specs/otlp/) in either of the encodings of OTLP over HTTP.</summary>
internal static class OtlpTraceReader
{
    // Trace and span ids are hexadecimal, 64-bit numbers may be texts, and enums are numbers (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding); what is not known is passed over.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        MaxDepth = 32,
    };

    /// <param name="body">The request's body.</param>
    /// <param name="most">How many spans may be in it; where there are more, none is read.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static IReadOnlyList<PageSpan> ReadJson(ReadOnlySpan<byte> body, int most, out int count)
    {
        try
        {
            var request = JsonSerializer.Deserialize<Request>(body, Json) ?? throw new FormatException("it is null.");
            JsonSpan[] spans = [.. Each(Each(Each([request], r => r.ResourceSpans), r => r.ScopeSpans), s => s.Spans)];
            count = spans.Length;
            return count > most ? [] : Array.ConvertAll(spans, Read);
        }
        catch (JsonException error)
        {
            throw new FormatException(
                error.LineNumber is { } line
                    ? string.Create(CultureInfo.InvariantCulture, $"its JSON is not what is expected at line {line + 1}, byte {error.BytePositionInLine + 1}.")
                    : "its JSON is not what is expected.",
                error);
        }
    }

    /// <inheritdoc cref="ReadJson"/>
    public static IReadOnlyList<PageSpan> ReadProtobuf(ReadOnlySpan<byte> body, int most, out int count)
    {
        try
        {
            var request = ExportTraceServiceRequest.Parser.ParseFrom(body);
            Span[] spans = [.. request.ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans)];
            count = spans.Length;
            return count > most ? [] : Array.ConvertAll(spans, Read);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new FormatException("it is no protocol buffer message, or broken off.", error);
        }
    }

    private static PageSpan Read(Span span) => new(
        span.TraceId.Memory,
        span.SpanId.Memory,
        span.ParentSpanId.Memory,
        span.Name,
        span.StartTimeUnixNano,
        span.EndTimeUnixNano,
        Texts(span.Attributes.Where(attribute => attribute.Value?.ValueCase == AnyValue.ValueOneofCase.StringValue).Select(attribute => (attribute.Key, attribute.Value.StringValue))));

    private static PageSpan Read(JsonSpan span) => new(
        Hex(span.TraceId),
        Hex(span.SpanId),
        Hex(span.ParentSpanId),
        span.Name ?? "",
        span.StartTimeUnixNano,
        span.EndTimeUnixNano,
        Texts(Each([span], s => s.Attributes).Where(attribute => attribute is { Key: not null, Value.StringValue: not null }).Select(attribute => (attribute.Key!, attribute.Value!.StringValue!))));

    // The first of equal keys, should there be several.
    private static Dictionary<string, string> Texts(IEnumerable<(string Key, string Value)> attributes)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in attributes)
        {
            texts.TryAdd(key, value);
        }

        return texts;
    }

    private static byte[] Hex(string? text)
    {
        try
        {
            return text is null ? [] : Convert.FromHexString(text);
        }
        catch (FormatException error)
        {
            throw new FormatException("an id of a span is not hexadecimal.", error);
        }
    }

    private static IEnumerable<TItem> Each<TOwner, TItem>(IEnumerable<TOwner> owners, Func<TOwner, TItem[]?> items) =>
        owners.SelectMany(owner => owner is null ? [] : items(owner) ?? []).Where(item => item is not null);

    private sealed record Request(JsonResource[]? ResourceSpans);

    private sealed record JsonResource(JsonScope[]? ScopeSpans);

    private sealed record JsonScope(JsonSpan[]? Spans);

    private sealed record JsonSpan(string? TraceId, string? SpanId, string? ParentSpanId, string? Name, int Kind, ulong StartTimeUnixNano, ulong EndTimeUnixNano, JsonAttribute[]? Attributes);

    private sealed record JsonAttribute(string? Key, JsonValue? Value);

    private sealed record JsonValue(string? StringValue);
}
