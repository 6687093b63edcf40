using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PushApp.Dashboard.Otlp;
using PushApp.Dashboard.Otlp.Wire;
using PushApp.Dashboard.Store;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Dashboard;

/// <summary>The dashboard's receiver, fed by OpenTelemetry's own exporters and by hand.</summary>
public sealed partial class OtlpReceiverTests
{
    private const string TraceId = "5b8efff798038103d269b633813fc60c";

    private static readonly string SpanJson = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"hand"},"somethingNew":{"a":1},
        "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"buy","kind":2,"startTimeUnixNano":"1544712660000000000","endTimeUnixNano":1544712661000000000,
        "attributes":[{"key":"n","value":{"intValue":"7"}},{"key":"list","value":{"arrayValue":{"values":[{"doubleValue":1.5},{"boolValue":true}]}}}],"status":{"code":2,"message":"sold out"}}]}]}]}
        """;

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Traces_metrics_and_logs_of_the_OpenTelemetry_exporters_arrive(OtlpExportProtocol protocol)
    {
        await using var dashboard = await DashboardNode.StartAsync();
        var resource = ResourceBuilder.CreateEmpty().AddService("shop", serviceInstanceId: "shop-2");
        var sourceName = $"test.{Guid.NewGuid():N}";
        using var source = new ActivitySource(sourceName);
        using var meter = new Meter(sourceName);
        string traceId;
        using (Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(sourceName).AddOtlpExporter(o => To(o, "traces")).Build())
        using (Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(sourceName).AddOtlpExporter(o => To(o, "metrics")).Build())
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(o =>
        {
            o.IncludeFormattedMessage = true;
            o.SetResourceBuilder(resource).AddOtlpExporter(e => To(e, "logs"));
        })))
        {
            using var parent = source.StartActivity("buy", ActivityKind.Server)!;
            using (var child = source.StartActivity("pay", ActivityKind.Client)!)
            {
                child.AddEvent(new ActivityEvent("card accepted"));
                child.SetTag("amount", 12.5);
                Paid(loggers.CreateLogger("Till"), 12.5);
            }

            meter.CreateCounter<int>("sales", "{sale}").Add(3, new KeyValuePair<string, object?>("kind", "book"));
            meter.CreateHistogram<double>("price", "EUR").Record(12.5);
            traceId = parent.TraceId.ToHexString();
        }

        var trace = dashboard.Store.Traces.Find(traceId);
        Assert.NotNull(trace);
        Assert.Equal(["pay", "buy"], trace.Spans.Select(s => s.Name));
        var span = trace.Spans[0];
        Assert.Equal("shop-2", span.Resource.Name);
        Assert.Equal(trace.Root.SpanId, span.ParentId);
        Assert.Equal("card accepted", Assert.Single(span.Wire.Events).Name);
        Assert.Equal("12.5", Values.Text(Assert.Single(span.Wire.Attributes, a => a.Key == "amount").Value));
        var log = Assert.Single(dashboard.Store.Logs.Where(_ => true));
        Assert.Equal("Paid 12.5", log.Message);
        Assert.Equal(LogLevel.Warning, log.Level);
        Assert.Equal((span.TraceId, span.SpanId), (log.TraceId, log.SpanId));
        var sales = dashboard.Store.Metrics.Find(new InstrumentId(span.Resource, sourceName, "sales"));
        Assert.NotNull(sales);
        Assert.Equal(InstrumentKind.Counter, sales.Kind);
        Assert.Equal(3, Assert.Single(sales.Series).Points[^1].Value);
        var price = dashboard.Store.Metrics.Find(new InstrumentId(span.Resource, sourceName, "price"));
        Assert.Equal(1ul, price!.Series[0].Points[^1].Histogram!.Count);

        void To(OtlpExporterOptions options, string signal)
        {
            options.Protocol = protocol;
            options.Endpoint = protocol == OtlpExportProtocol.Grpc ? dashboard.Grpc : new Uri(dashboard.Http, $"/v1/{signal}");
            options.Headers = $"x-otlp-api-key={DashboardNode.Key}";
        }
    }

    [Fact]
    public async Task JSON_by_hand_is_read_with_hexadecimal_ids_and_unknown_fields()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var response = await PostAsync(dashboard, Encoding.UTF8.GetBytes(SpanJson), "application/json");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("{}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var trace = dashboard.Store.Traces.Find(TraceId);
        Assert.NotNull(trace);
        Assert.True(trace.IsError);
        Assert.Equal(TimeSpan.FromSeconds(1), trace.Duration);
        Assert.Equal("eee19b7ec3c1b174", trace.Root.SpanId);
        Assert.Equal("[1.5, true]", Values.Text(trace.Root.Wire.Attributes[1].Value));
    }

    [Fact]
    public async Task Gzipped_protobuf_is_read()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            Request(1).WriteTo(gzip);
        }

        using var response = await PostAsync(dashboard, packed.ToArray(), "application/x-protobuf", encoding: "gzip");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, dashboard.Store.Traces.Counts.Kept);
    }

    [Fact]
    public async Task What_has_no_valid_ids_is_refused_and_counted()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        var request = Request(2);
        request.ResourceSpans[0].ScopeSpans[0].Spans[1].TraceId = ByteString.CopyFrom(1, 2, 3);
        using var response = await PostAsync(dashboard, request.ToByteArray(), "application/x-protobuf");

        var answer = ExportResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, answer.PartialSuccess.Rejected);
        Assert.Equal(new StoreCounts(2, 1, 1), dashboard.Store.Traces.Counts);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another key of some length")]
    public async Task Without_the_key_nothing_is_taken(string? key)
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var response = await PostAsync(dashboard, Request(1).ToByteArray(), "application/x-protobuf", key: key);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(0, dashboard.Store.Traces.Counts.Received);
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"resourceSpans":7}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"not hex"}]}]}]}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("\u0001\u0002", "application/x-protobuf", HttpStatusCode.BadRequest)]
    [InlineData("{}", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task What_cannot_be_read_is_the_senders_fault(string body, string type, HttpStatusCode expected)
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var response = await PostAsync(dashboard, Encoding.UTF8.GetBytes(body), type);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_is_too_large_is_refused_also_when_it_is_packed(bool packed)
    {
        await using var dashboard = await DashboardNode.StartAsync("--Dashboard:Limits:MaxRequestBytes=65536");
        var body = new byte[100_000];
        if (packed)
        {
            using var buffer = new MemoryStream();
            using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            {
                gzip.Write(body);
            }

            body = buffer.ToArray();
        }

        using var response = await PostAsync(dashboard, body, "application/x-protobuf", encoding: packed ? "gzip" : null);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Telemetry_and_pages_do_not_share_a_port()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var response = await PostAsync(dashboard, Request(1).ToByteArray(), "application/x-protobuf", address: dashboard.Frontend);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);

        using var client = new HttpClient();
        using var page = await client.GetAsync(new Uri(dashboard.Http, "/login"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Paid {Amount}")]
    private static partial void Paid(ILogger logger, double amount);

    internal static ExportTraceRequest Request(int spans)
    {
        var scope = new ScopeSpans();
        for (var i = 1; i <= spans; i++)
        {
            scope.Spans.Add(new Span
            {
                TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceId)),
                SpanId = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, (byte)(i >> 8), (byte)i),
                Name = $"span {i}",
                StartTimeUnixNano = (ulong)i,
                EndTimeUnixNano = (ulong)i + 10,
            });
        }

        return new ExportTraceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { scope } } } };
    }

    private static async Task<HttpResponseMessage> PostAsync(DashboardNode dashboard, byte[] body, string type, string? encoding = null, string? key = DashboardNode.Key, Uri? address = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address ?? dashboard.Http, "/v1/traces")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        if (key is not null)
        {
            request.Headers.Add("x-otlp-api-key", key);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
