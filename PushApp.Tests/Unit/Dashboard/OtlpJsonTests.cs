using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using PushApp.Dashboard.Otlp.Http;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Tests.Unit.Dashboard;

public sealed class OtlpJsonTests
{
    [Fact]
    public void What_is_written_reads_as_the_same()
    {
        var id = ByteString.CopyFrom(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c"));
        var point = new HistogramDataPoint { Count = ulong.MaxValue, Sum = double.NaN, BucketCounts = { 0, 5 }, ExplicitBounds = { 0.5 }, Min = 0 };
        var request = new ExportMetricsRequest
        {
            ResourceMetrics =
            {
                new ResourceMetrics
                {
                    Resource = new Resource { Attributes = { new KeyValue { Key = "b", Value = new AnyValue { BytesValue = ByteString.CopyFrom(1, 2) } } } },
                    ScopeMetrics =
                    {
                        new ScopeMetrics
                        {
                            Metrics =
                            {
                                new Metric { Name = "h", Histogram = new Histogram { AggregationTemporality = AggregationTemporality.Delta, DataPoints = { point } } },
                                new Metric { Name = "s", Sum = new Sum { DataPoints = { new NumberDataPoint { AsInt = -7, Exemplars = { new Exemplar { TraceId = id, AsDouble = 0 } } } } } },
                            },
                        },
                    },
                },
            },
        };

        var json = Write(request);

        Assert.Contains("\"traceId\":\"0af7651916cd43dd8448eb211c80319c\"", json, StringComparison.Ordinal);
        Assert.Contains("\"count\":\"18446744073709551615\"", json, StringComparison.Ordinal);
        Assert.Contains("\"min\":0", json, StringComparison.Ordinal);
        Assert.Equal(request, OtlpJson.Read<ExportMetricsRequest>(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Ids_are_hex_times_decimal_texts_enums_numbers_and_data_base64()
    {
        var request = new ExportTraceRequest
        {
            ResourceSpans =
            {
                new ResourceSpans
                {
                    ScopeSpans =
                    {
                        new ScopeSpans
                        {
                            Spans =
                            {
                                new Span
                                {
                                    TraceId = ByteString.CopyFrom(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c")),
                                    SpanId = ByteString.CopyFrom(Convert.FromHexString("b7ad6b7169203331")),
                                    ParentSpanId = ByteString.CopyFrom(Convert.FromHexString("00f067aa0ba902b7")),
                                    Name = "n",
                                    Kind = SpanKind.Consumer,
                                    StartTimeUnixNano = 1_544_712_660_000_000_123,
                                    EndTimeUnixNano = ulong.MaxValue,
                                    Attributes =
                                    {
                                        new KeyValue { Key = "i", Value = new AnyValue { IntValue = long.MinValue } },
                                        new KeyValue { Key = "b", Value = new AnyValue { BytesValue = ByteString.CopyFrom(0xfb, 0xff) } },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        };

        const string Json = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","parentSpanId":"00f067aa0ba902b7","name":"n","kind":5"""
            + ""","startTimeUnixNano":"1544712660000000123","endTimeUnixNano":"18446744073709551615","attributes":[{"key":"i","value":{"intValue":"-9223372036854775808"}},{"key":"b","value":{"bytesValue":"+/8="}}]}]}]}]}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json), JsonNode.Parse(Write(request))), Write(request));
        Assert.Equal(request, OtlpJson.Read<ExportTraceRequest>(Encoding.UTF8.GetBytes(Json)));
    }

    [Fact]
    public void Ids_may_be_in_capitals_times_numbers_and_unknown_fields_are_passed_over()
    {
        const string Json = """{"new":1,"resourceSpans":[{"later":[{}],"scopeSpans":[{"spans":[{"traceId":"0AF7651916CD43DD8448EB211C80319C","startTimeUnixNano":1544712660000000123,"trace_id":"00","TraceId":"00","more":{"deep":null}}]}]}]}""";
        var span = Assert.Single(Assert.Single(Assert.Single(OtlpJson.Read<ExportTraceRequest>(Encoding.UTF8.GetBytes(Json)).ResourceSpans).ScopeSpans).Spans);
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", 1_544_712_660_000_000_123UL), (Convert.ToHexStringLower(span.TraceId.Span), span.StartTimeUnixNano));
    }

    [Theory]
    [InlineData("[]")]
    // Base64, as protobuf's own JSON has it; half a byte.
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"CvdlGRbNQ92ESOshHIAxnA=="}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"b7ad6b716920333"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"endTimeUnixNano":"0x10"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":[]}]}]}]}""")]
    [InlineData("""{"resourceSpans":[7]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":-1}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":7}]}]}]}""")]
    public void Values_of_another_kind_are_told(string json) =>
        Assert.Throws<FormatException>(() => OtlpJson.Read<ExportTraceRequest>(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Nesting_is_bounded()
    {
        var json = string.Concat(Enumerable.Repeat("""{"resourceSpans":[""", 200));
        Assert.Throws<FormatException>(() => OtlpJson.Read<ExportTraceRequest>(Encoding.UTF8.GetBytes(json)));
    }

    private static string Write(IMessage message)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            OtlpJson.Write(writer, message);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
