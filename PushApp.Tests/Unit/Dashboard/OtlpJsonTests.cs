using System.Text;
using System.Text.Json;
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

    [Theory]
    [InlineData("[]")]
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
