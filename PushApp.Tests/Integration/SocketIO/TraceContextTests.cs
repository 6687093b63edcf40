using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>Traces of events to and from clients (docs/socketio.md, Traces).</summary>
public sealed class TraceContextTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_client_that_asks_gets_the_trace_with_the_event_and_no_other_does()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is PushTelemetry.SourceName or SocketIOTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>("/"), broker.ConnectionString, Guid.NewGuid().ToString("N"), services: services => services.AddSingleton<Journal>());
        using var plain = await RawClient.OpenAsync(node, "");
        using var traced = await RawClient.OpenAsync(node, """{"traceContext":true}""");
        foreach (var client in new[] { plain, traced })
        {
            await client.ReceiveAsync("42[\"welcome\"");
            await client.SendAsync("""42["subscribe","tea"]""");
            await client.ReceiveAsync("""42["joined","tea"]""");
        }

        await plain.SendAsync("""42["myevent","tea",1]""");

        Assert.Equal("""42["myevent",1]""", await plain.ReceiveAsync("42[\"myevent\""));
        var arguments = JsonNode.Parse((await traced.ReceiveAsync("42[\"myevent\""))[2..])!.AsArray();
        Assert.Equal((3, 1, "room:tea"), (arguments.Count, (int)arguments[1]!, (string)arguments[2]!["channel"]!));
        Assert.Matches("^[0-9]+-[0-9a-f]{8}$", (string)arguments[2]!["id"]!);

        // The client's event is the root, whatever its connection is part of; what the clients were told leads back to it.
        var context = ActivityContext.Parse((string)arguments[2]!["traceparent"]!, null);
        await Until.TrueAsync(() => ended.Any(activity => activity.TraceId == context.TraceId && activity.OperationName == "/ myevent"), "the client's event has ended");
        var root = ended.Single(activity => activity.TraceId == context.TraceId && activity.OperationName == "/ myevent");
        Assert.Equal((default, ActivityKind.Server), (root.ParentSpanId, root.Kind));
        Assert.Equal("myevent", root.GetTagItem("rpc.method"));
        Assert.Single(ended, activity => activity.ParentSpanId == root.SpanId && activity.OperationName == "publish room:{name}");
    }
}
