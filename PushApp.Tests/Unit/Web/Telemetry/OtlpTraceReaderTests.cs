using System.Text;
using Google.Protobuf;
using PushApp.Web.Telemetry;
using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Tests.Unit.Web.Telemetry;

/// <summary>OTLP's two encodings over HTTP, as https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding lays them down.</summary>
public sealed class OtlpTraceReaderTests
{
    private const ulong Start = 1_544_712_660_000_000_123;

    // Everything that a span may have, and what no version of OTLP knows (unknown…).
    private const string Whole = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"page"}}],"droppedAttributesCount":0,"unknown":[1]},"scopeSpans":[{"scope":{"name":"s","version":"1","attributes":[]},
        "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174","parentSpanId":"EEE19b7ec3c1b173","traceState":"","name":"show a","kind":5,"flags":257,
        "startTimeUnixNano":"1544712660000000123","endTimeUnixNano":1544712661000000000,"attributes":[{"key":"text","value":{"stringValue":"5"}},{"key":"number","value":{"intValue":"5"}},
        {"key":"double","value":{"doubleValue":0.5}},{"key":"bool","value":{"boolValue":true}},{"key":"list","value":{"arrayValue":{"values":[{"stringValue":"x"}]}}},
        {"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"x"}}]}}},{"key":"bytes","value":{"bytesValue":"AQI="}},{"key":"empty","value":{}},{"key":"text","value":{"stringValue":"second"}}],
        "droppedAttributesCount":1,"events":[{"timeUnixNano":"1","name":"e","attributes":[]}],"links":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}],
        "status":{"code":1,"message":""},"unknownField":{"deep":[{"er":1}]}}],"schemaUrl":""}],"schemaUrl":"https://opentelemetry.io/schemas/1.37.0"}],"unknown":null}
        """;

    [Fact]
    public void Json_has_ids_in_hex_times_as_decimal_texts_enums_as_numbers_and_unknown_fields_are_passed_over()
    {
        var span = Assert.Single(ReadJson(Whole));

        Assert.Equal("5b8efff798038103d269b633813fc60c", Convert.ToHexStringLower(span.TraceId.Span));
        Assert.Equal("eee19b7ec3c1b174", Convert.ToHexStringLower(span.SpanId.Span));
        Assert.Equal("eee19b7ec3c1b173", Convert.ToHexStringLower(span.ParentId.Span));
        Assert.Equal(("show a", Start, 1_544_712_661_000_000_000UL), (span.Name, span.Start, span.End));
        Assert.Equal([new("text", "5")], span.Texts);
    }

    [Fact]
    public void Protobuf_reads_as_the_same()
    {
        var sent = new Span
        {
            TraceId = Hex("5b8efff798038103d269b633813fc60c"),
            SpanId = Hex("eee19b7ec3c1b174"),
            ParentSpanId = Hex("eee19b7ec3c1b173"),
            Name = "show a",
            StartTimeUnixNano = Start,
            EndTimeUnixNano = 1_544_712_661_000_000_000,
            Attributes = { Attribute("text", new() { StringValue = "5" }), Attribute("number", new() { IntValue = 5 }) },
        };
        var request = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { sent } } } } } };
        var span = Assert.Single(OtlpTraceReader.ReadProtobuf(request.ToByteArray(), 1, out var count));
        var json = Assert.Single(ReadJson(Whole));

        Assert.Equal(1, count);
        Assert.Equal(json.TraceId.ToArray(), span.TraceId.ToArray());
        Assert.Equal(json.SpanId.ToArray(), span.SpanId.ToArray());
        Assert.Equal(json.ParentId.ToArray(), span.ParentId.ToArray());
        Assert.Equal((json.Name, json.Start, json.End), (span.Name, span.Start, span.End));
        Assert.Equal(json.Texts, span.Texts);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"resourceSpans":{}}""")]
    // Base64, as protobuf's own JSON has it; half a byte; no text.
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"W47/95gDgQPSabYzgT/GDA=="}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"eee19b7ec3c1b17"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":1}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"0x10"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":1.5}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"18446744073709551616"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_CONSUMER"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":7}]}]}]}""")]
    public void What_the_encoding_does_not_allow_is_told(string json) => Assert.Throws<FormatException>(() => ReadJson(json));

    [Theory]
    // Names of protobuf's, and of another case, are unknown fields.
    [InlineData("""{"resource_spans":[{"scopeSpans":[{"spans":[{}]}]}]}""")]
    [InlineData("""{"ResourceSpans":[{"scopeSpans":[{"spans":[{}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":null},null]}""")]
    public void Fields_have_the_names_of_the_encoding_alone(string json) => Assert.Empty(ReadJson(json));

    [Fact]
    public void Of_too_many_spans_none_is_read()
    {
        const string Three = """{"resourceSpans":[{"scopeSpans":[{"spans":[{},{}]}]},{"scopeSpans":[{"spans":[{}]}]}]}""";
        Assert.Empty(OtlpTraceReader.ReadJson(Encoding.UTF8.GetBytes(Three), 2, out var count));
        Assert.Equal(3, count);
        Assert.Equal(3, OtlpTraceReader.ReadJson(Encoding.UTF8.GetBytes(Three), 3, out _).Count);
    }

    private static IReadOnlyList<PageSpan> ReadJson(string json) => OtlpTraceReader.ReadJson(Encoding.UTF8.GetBytes(json), 10, out _);

    private static ByteString Hex(string id) => ByteString.CopyFrom(Convert.FromHexString(id));

    private static KeyValue Attribute(string key, AnyValue value) => new() { Key = key, Value = value };
}
