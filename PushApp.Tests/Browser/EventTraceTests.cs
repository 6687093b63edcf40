using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Playwright;
using PushApp.Dashboard.Otlp.Wire;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Browser;

/// <summary>One trace per event: the whole app by its AppHost, two web nodes, a real browser, and a real OTLP receiver.</summary>
public sealed class EventTraceTests
{
    private static readonly string[] Chatter = ["/sse", "/socket.io", "/health", "/alive", "/api/telemetry"];

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task An_import_is_one_trace_from_the_page_s_request_over_worker_and_both_nodes_to_what_the_browser_showed(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await AppFixture.StartAsync(BrokerKind.Garnet, builder =>
        {
            foreach (var project in builder.Resources.OfType<ProjectResource>())
            {
                foreach (var (name, value) in receiver.Environment(protocol))
                {
                    builder.CreateResourceBuilder(project).WithEnvironment(name, value);
                }
            }
        });
        await using var browser = new ChromiumBrowser();
        await using var ann = await browser.SignUpAsync(app.WebAddress);

        // The page is connected to one of the nodes; streams of the same user see to it that both deliver to her.
        await using var streams = await StreamsAsync(app, await ann.CookieAsync(), count: 4);
        foreach (var (transport, name) in new[] { ("Server-Sent Events", "sse"), ("Socket.IO", "socketio") })
        {
            await Person.ChooseTransportAsync(ann.Page, transport);
            await ann.UploadAsync(rows: 500, $"{name}.csv");
            await ann.Page.GetByRole(AriaRole.Article, new() { Name = $"Import of {name}.csv" }).GetByText("Done").WaitForAsync();

            var show = await receiver.SpanAsync(span => span.Name == "show import.completed" && span["pushapp.transport"] == name, $"the browser's span, over {transport}");
            await HasPathToTheRequestAsync(receiver, show);
            Assert.Equal(ann.Email, show["user.name"]);
            Assert.Equal("shown", show["pushapp.show.outcome"]);
            Assert.Equal("user:{userName}", show["messaging.destination.template"]);
            Assert.Matches("^[0-9]+-[0-9a-f]{8}$", show["messaging.message.id"]);
            Assert.Contains("Chrome", show["user_agent.original"], StringComparison.Ordinal);
            Assert.Equal(name == "socketio", show["messaging.client.id"] is not null);
            Assert.True(show.Wire.EndTimeUnixNano > show.Wire.StartTimeUnixNano);
        }

        // A chat's message: the client's event is the request.
        await ChatPage.OpenAsync(ann);
        await ChatPage.JoinAsync(ann, "tea");
        await ChatPage.SendAsync(ann, "hello");
        var message = await receiver.SpanAsync(span => span.Name == "show chat.message", "what the chat showed");
        Assert.Equal(
            ["show chat.message", "deliver room:{name}", "process room:{name}", "publish room:{name}", "/chat send"],
            (await receiver.PathAsync(message)).Select(span => span.Name));

        // The notification, by the same trace, and progress, by ephemeral events.
        await receiver.SpanAsync(span => span is { Service: "browser", Name: "show notification" }, "what the bell showed");
        await receiver.SpanAsync(span => span is { Service: "browser", Name: "show import.progress" }, "what the bar showed");
        IsFreeOfChatter(receiver);
        await HasMetricsAndLogsAsync(receiver);
        Assert.Equal(0, receiver.Refused);
        Assert.Empty(ann.Complaints);
    }

    /// <summary>show → deliver → process → publish → outbox → import → request; and beside it the other node's, the broker's command and the database's.</summary>
    private static async Task HasPathToTheRequestAsync(OtlpReceiver receiver, ReceivedSpan show)
    {
        var path = await receiver.PathAsync(show);
        Assert.Equal(
            ["show import.completed", "deliver user:{userName}", "process user:{userName}", "publish user:{userName}", "relay outbox", "import contacts", "POST /api/imports/"],
            path.Select(span => span.Name));
        Assert.Equal(("browser", "web", "web", "worker", "web"), (path[0].Service, path[1].Service, path[2].Service, path[5].Service, path[6].Service));
        Assert.Equal((SpanKind.Consumer, SpanKind.Consumer, SpanKind.Producer), (show.Kind, path[2].Kind, path[3].Kind));
        Assert.Equal(path[1].Instance, path[2].Instance);

        var publish = path[3];
        bool IsProcess(ReceivedSpan span) => span.ParentId == publish.Id && span.Name.StartsWith("process ", StringComparison.Ordinal);
        await Until.TrueAsync(() => receiver.Spans.Count(IsProcess) == 2, "both nodes' spans");
        Assert.Equal(2, receiver.Spans.Where(IsProcess).Select(span => span.Instance).Distinct().Count());
        await receiver.SpanAsync(span => span.ParentId == publish.Id && span.Name == "EVALSHA append", "the broker's command");
        await receiver.SpanAsync(span => span.ParentId == path[5].Id && span.Name == "store contacts", "the database's work");
    }

    /// <summary>Nothing that happens by itself begins a trace: leases, polls of an empty queue, health checks, streams and polls of connections, the relay.</summary>
    private static void IsFreeOfChatter(OtlpReceiver receiver)
    {
        var roots = receiver.Spans.Where(span => span.ParentId.Length == 0).ToList();
        Assert.All(roots, span => Assert.Equal(SpanKind.Server, span.Kind));
        Assert.DoesNotContain(roots, span => Chatter.Any(path => (span["url.path"] ?? "").StartsWith(path, StringComparison.Ordinal)));
    }

    private static async Task HasMetricsAndLogsAsync(OtlpReceiver receiver)
    {
        await Until.TrueAsync(
            () => receiver.Metrics.Any(metric => metric.Name == "pushapp.delivery.duration" && metric.Histogram.DataPoints.Any(point => point.Exemplars.Count > 0)),
            "the latency of deliveries, with exemplars");
        string[] names =
        [
            "pushapp.connections", "pushapp.subscriptions", "messaging.client.sent.messages", "messaging.client.consumed.messages", "pushapp.deliveries", "pushapp.deliveries.bytes", "pushapp.outbox.bytes",
            "pushapp.connections.closed", "db.client.operation.duration", "pushapp.import.jobs", "pushapp.import.jobs.running", "pushapp.import.job.duration", "pushapp.browser.spans", "pushapp.browser.show.duration",
        ];
        await Until.TrueAsync(
            () => names.All(name => receiver.Metrics.Any(metric => metric.Name == name)),
            $"{string.Join(", ", names.Where(name => receiver.Metrics.All(metric => metric.Name != name)))}");

        var traces = receiver.Spans.Select(span => span.TraceId).ToHashSet();
        await Until.TrueAsync(() => receiver.Logs.Any(log => log.TraceId.Length > 0 && traces.Contains(Convert.ToHexStringLower(log.TraceId.Span))), "logs of these traces");
    }

    private static async Task<Streams> StreamsAsync(AppFixture app, string cookie, int count)
    {
        var streams = new Streams();
        for (var i = 0; i < count; i++)
        {
            // A connection of its own each, which the address of all replicas gives to one of them after the other.
            var client = app.CreateWebClient();
            client.DefaultRequestHeaders.Add("Cookie", cookie);
            streams.Clients.Add(client);
            streams.Readers.Add(await SseReader.OpenAsync(client, "/sse/"));
        }

        return streams;
    }

    private sealed class Streams : IAsyncDisposable
    {
        public List<HttpClient> Clients { get; } = [];

        public List<SseReader> Readers { get; } = [];

        public async ValueTask DisposeAsync()
        {
            foreach (var reader in Readers)
            {
                await reader.DisposeAsync();
            }

            Clients.ForEach(client => client.Dispose());
        }
    }
}
