using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google.Protobuf;
using PushApp.Push;
using PushApp.Tests.Infrastructure;
using PushApp.Web.Telemetry.Otlp;

namespace PushApp.Tests.Integration.Web.Telemetry;

/// <summary>The relay of browsers' spans, in front of a collector of the test's own.</summary>
public sealed class BrowserTelemetryTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const string Path = "/api/telemetry/v1/traces";
    private const string TraceId = "5b8efff798038103d269b633813fc60c";

    [Theory]
    [InlineData("grpc", true)]
    [InlineData("http/protobuf", false)]
    public async Task Spans_go_on_under_names_that_the_page_does_not_choose(string protocol, bool asJson)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TempFolder("telemetry");
        await using var web = await StartAsync(folder, receiver.Environment(protocol));
        var (client, email, _) = await web.SignUpAsync();
        using var _client = client;
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Tester/1.0");

        var span = Show("notification", ChannelName.User(email).Value);
        span.Attributes.Add(Text("user.name", "somebody else"));
        span.Attributes.Add(Text("service.name", "bank"));
        span.Attributes.Add(Text("messaging.message.id", "4-0000000a"));
        var request = Request(span);
        request.ResourceSpans[0].Resource = new Resource { Attributes = { Text("service.name", "bank"), Text("host.name", "elsewhere") } };
        using var response = asJson ? await client.PostAsync(Path, AsJson(request), Cancelled) : await PostAsync(client, request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        if (asJson)
        {
            Assert.Equal("{}", await response.Content.ReadAsStringAsync(Cancelled));
        }
        else
        {
            Assert.Null(ExportTraceServiceResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Cancelled)).PartialSuccess);
        }

        var received = await receiver.SpanAsync(other => other.Name == "show notification", "the span");
        Assert.Equal(("browser", TraceId, "00000000000000aa"), (received.Service, received.TraceId, received.ParentId));
        Assert.Equal((email, "Tester/1.0", "4-0000000a", "user:{userName}"), (received["user.name"], received["user_agent.original"], received["messaging.message.id"], received["messaging.destination.template"]));
        Assert.Null(received["service.name"]);
        Assert.Single(received.Wire.Attributes, attribute => attribute.Key == "user.name");
        Assert.Equal(0, receiver.Refused);

        // The request that brought it is in no trace.
        Assert.DoesNotContain(receiver.Spans, other => other["url.path"] == Path);
    }

    [Fact]
    public async Task What_is_no_span_of_the_page_is_refused_and_the_rest_taken()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TempFolder("telemetry");
        await using var web = await StartAsync(folder, receiver.Environment("grpc"));
        var (client, _, _) = await web.SignUpAsync();
        using var _client = client;
        var (root, other, old) = (Show("a"), Show("b"), Show("c"));
        root.ParentSpanId = ByteString.Empty;
        other.Name = "transfer money";
        old.StartTimeUnixNano -= 2UL * 24 * 3600 * 1_000_000_000;

        using var response = await client.PostAsync(Path, AsJson(Request(root, other, old, Show("good"))), Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var partial = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("partialSuccess");
        Assert.Equal("3", partial.GetProperty("rejectedSpans").GetString());
        Assert.Contains("parent", partial.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        await receiver.SpanAsync(span => span.Name == "show good", "the good one");
        Assert.Equal(["show good"], receiver.Spans.Where(span => span.Service == "browser").Select(span => span.Name));

        // Nobody was shown what is another user's alone.
        using var others = await client.PostAsync(Path, AsJson(Request(Show("private", ChannelName.User("bob@example.com").Value))), Cancelled);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
        var refused = (await others.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("partialSuccess");
        Assert.Equal("1", refused.GetProperty("rejectedSpans").GetString());
        Assert.Contains("another user's", refused.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_for_signed_in_users_within_bounds_and_with_nowhere_to_send_it_takes_spans_all_the_same()
    {
        using var folder = new TempFolder("telemetry");
        await using var web = await StartAsync(folder, new Dictionary<string, string?>
        {
            ["BrowserTelemetry__MaxSpans"] = "3",
            ["BrowserTelemetry__MaxRequestBytes"] = "2048",
            ["BrowserTelemetry__Burst"] = "9",
            ["BrowserTelemetry__PerMinute"] = "1",
        });
        var (client, _, _) = await web.SignUpAsync();
        using var _client = client;

        using (var visitor = await PostAsync(web.Http, Request(Show("a"))))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, visitor.StatusCode);
        }

        await IsRefusedAsync(client, new StringContent("{}"), HttpStatusCode.UnsupportedMediaType, "application/x-protobuf");
        await IsRefusedAsync(client, JsonContent.Create("text"), HttpStatusCode.BadRequest, "ExportTraceServiceRequest");
        await IsRefusedAsync(client, new StringContent("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}""", new MediaTypeHeaderValue("application/json")), HttpStatusCode.BadRequest, "ExportTraceServiceRequest");
        await IsRefusedAsync(client, Protobuf([0xff, 0xff, 0xff]), HttpStatusCode.BadRequest, "ExportTraceServiceRequest");
        await IsRefusedAsync(client, Protobuf(new byte[4096]), HttpStatusCode.RequestEntityTooLarge, "2048 bytes");
        await IsRefusedAsync(client, Protobuf(Request(Show("a"), Show("b"), Show("c"), Show("d")).ToByteArray()), HttpStatusCode.RequestEntityTooLarge, "4 spans");
        using (var compressed = Protobuf(Request(Show("a")).ToByteArray()))
        {
            compressed.Headers.ContentEncoding.Add("gzip");
            using var response = await client.PostAsync(Path, compressed, Cancelled);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        }

        // From another site's page.
        using (var foreign = new HttpRequestMessage(HttpMethod.Post, Path) { Content = AsJson(Request(Show("a"))) })
        {
            foreign.Headers.Add("Sec-Fetch-Site", "cross-site");
            using var response = await client.SendAsync(foreign, Cancelled);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        // Five of these were read, and counted as one span each; then four spans, and no more, not even to look whether there are any.
        foreach (var spans in new[] { Request(Show("a"), Show("b"), Show("c")), Request(Show("d")) })
        {
            using var response = await PostAsync(client, spans);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        foreach (var body in new[] { Request(Show("e")).ToByteArray(), [0xff, 0xff, 0xff], new byte[4096] })
        {
            using var refused = await client.PostAsync(Path, Protobuf(body), Cancelled);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        }
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task An_address_for_traces_alone_is_the_whole_address_and_has_headers_of_its_own(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TempFolder("telemetry");
        await using var web = await StartAsync(folder, new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = (protocol == "grpc" ? receiver.Grpc : new Uri(receiver.Http, OtlpReceiver.ElsewherePath)).ToString(),
            ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = protocol,
            ["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] = $"{OtlpReceiver.KeyHeader}={Uri.EscapeDataString(OtlpReceiver.Key)}",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = $"{OtlpReceiver.KeyHeader}=another",
            ["OTEL_SERVICE_NAME"] = "web",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        });
        var (client, _, _) = await web.SignUpAsync();
        using var _client = client;
        using var response = await PostAsync(client, Request(Show("a")));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        await receiver.SpanAsync(span => span.Service == "browser", "the page's span");
        await receiver.SpanAsync(span => span.Service == "web", "the service's own span");
    }

    [Fact]
    public async Task What_a_collector_cannot_take_now_is_sent_again_and_what_it_refuses_is_not()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var folder = new TempFolder("telemetry");
        // The service's own spans are not to be in the way; whether a page's is recorded was decided elsewhere.
        await using var web = await StartAsync(folder, new Dictionary<string, string?>(receiver.Environment("http/protobuf"))
        {
            ["OTEL_TRACES_SAMPLER"] = "always_off",
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
        });
        var (client, _, _) = await web.SignUpAsync();
        using var _client = client;

        receiver.Faults.Enqueue(503);
        (await PostAsync(client, Request(Show("later")))).Dispose();
        await receiver.SpanAsync(span => span.Name == "show later", "the span that was sent again");
        receiver.Faults.Enqueue(400);
        (await PostAsync(client, Request(Show("refused")))).Dispose();
        await Until.TrueAsync(() => receiver.Faults.IsEmpty, "the next is refused");
        (await PostAsync(client, Request(Show("next")))).Dispose();
        await receiver.SpanAsync(span => span.Name == "show next", "the one after it");

        Assert.Equal(["show later", "show next"], receiver.Spans.Select(span => span.Name));
        await Until.TrueAsync(
            async () => await web.Http.GetStringAsync("/metrics", Cancelled) is var metrics && IsCounted(metrics, "accepted", 3) && IsCounted(metrics, "forwarded", 2) && IsCounted(metrics, "dropped", 1),
            "three spans are counted, two as forwarded and one as dropped");
    }

    private static bool IsCounted(string metrics, string outcome, int count) =>
        Regex.IsMatch(metrics, $$"""^pushapp_browser_spans\w*\{[^}]*outcome="{{outcome}}"[^}]*\} {{count}}( |$)""", RegexOptions.Multiline);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private async Task<WebNode> StartAsync(TempFolder folder, Dictionary<string, string?> settings)
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        return await WebNode.StartAsync(broker.ConnectionString, $"Data Source={folder.Combine("contacts.db")}", settings);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, ExportTraceServiceRequest request) => await client.PostAsync(Path, Protobuf(request.ToByteArray()), Cancelled);

    private static async Task IsRefusedAsync(HttpClient client, HttpContent content, HttpStatusCode status, string because)
    {
        using var response = await client.PostAsync(Path, content, Cancelled);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(because, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static ByteArrayContent Protobuf(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };

    // As the SDK for JavaScript writes it.
    private static JsonContent AsJson(ExportTraceServiceRequest request) => JsonContent.Create(new
    {
        resourceSpans = request.ResourceSpans.Select(resource => new
        {
            resource = new { attributes = Attributes(resource.Resource?.Attributes ?? []), droppedAttributesCount = 0 },
            scopeSpans = resource.ScopeSpans.Select(scope => new
            {
                scope = new { name = "pushapp-page" },
                spans = scope.Spans.Select(span => new
                {
                    traceId = Convert.ToHexStringLower(span.TraceId.Span),
                    spanId = Convert.ToHexStringLower(span.SpanId.Span),
                    parentSpanId = span.ParentSpanId.IsEmpty ? null : Convert.ToHexStringLower(span.ParentSpanId.Span),
                    name = span.Name,
                    kind = 5,
                    startTimeUnixNano = span.StartTimeUnixNano.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    endTimeUnixNano = span.EndTimeUnixNano,
                    attributes = Attributes(span.Attributes),
                    events = Array.Empty<object>(),
                    status = new { code = 0 },
                }),
            }),
        }),
    });

    private static IEnumerable<object> Attributes(IEnumerable<KeyValue> attributes) =>
        attributes.Select(attribute => (object)new { key = attribute.Key, value = new { stringValue = attribute.Value.StringValue } })
            .Append(new { key = "list", value = new { arrayValue = new { values = new[] { new { intValue = 1 } } } } });

    private static ExportTraceServiceRequest Request(params Span[] spans) => new() { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };

    private static Span Show(string eventName, string channel = "broadcast")
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        return new Span
        {
            TraceId = ByteString.CopyFrom(Convert.FromHexString(TraceId)),
            SpanId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray().AsSpan(0, 8)),
            ParentSpanId = ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, 0xaa),
            Name = $"show {eventName}",
            StartTimeUnixNano = now - 5_000_000,
            EndTimeUnixNano = now,
            Attributes =
            {
                Text("pushapp.event", eventName), Text("messaging.destination.name", channel), Text("pushapp.transport", "sse"), Text("pushapp.show.outcome", "shown"),
            },
        };
    }

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
