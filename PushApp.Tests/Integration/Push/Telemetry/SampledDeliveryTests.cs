using System.Diagnostics;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Telemetry;

public sealed class SampledDeliveryTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task Of_many_connections_few_are_asked_to_record_and_all_get_the_event(int traced)
    {
        const int Connections = 60;
        using var source = new ActivitySource($"PushApp.Tests.{Guid.NewGuid():N}");
        using var listener = new ActivityListener
        {
            ShouldListenTo = other => other.Name == PushTelemetry.SourceName || other.Name == source.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var node = await PushNode.StartAsync(
            broker.ConnectionString,
            Guid.NewGuid().ToString("N"),
            new Dictionary<string, string?> { ["Push:Streams:TracedConnections"] = $"{traced}" });
        var streams = new List<SseReader>();
        for (var i = 0; i < Connections; i++)
        {
            streams.Add(await node.OpenAsync());
        }

        using (source.StartActivity("request"))
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "greeting", "hello", null, TestContext.Current.CancellationToken);
        }

        var contexts = new List<ActivityContext>();
        foreach (var stream in streams)
        {
            var received = await stream.NextAsync();
            Assert.Equal(("greeting", "hello", "broadcast"), (received.Name, received.Data, received.Channel));
            contexts.Add(ActivityContext.Parse(received.TraceParent!, null));
        }

        // One trace, below one span; the flag alone differs. A loop has a share of the connections, and each loop traces as many.
        Assert.Single(contexts.Select(context => (context.TraceId, context.SpanId)).Distinct());
        var loops = Math.Clamp(Environment.ProcessorCount, 1, 16);
        var sampled = contexts.Count(context => context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded));
        Assert.InRange(sampled, traced == 0 ? 0 : 1, traced * loops);
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }
    }
}
