using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Telemetry;

public sealed class PushMetricsTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_nodes_work_is_counted()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var node = await PushNode.StartAsync(broker.ConnectionString, Guid.NewGuid().ToString("N"));
        using var measured = new Measurements(node.Services, PushTelemetry.SourceName);
        string cursor;
        await using (var stream = await node.OpenAsync(user: "alice"))
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "greeting", "hello", cancellationToken: TestContext.Current.CancellationToken);
            await stream.NextAsync();
            cursor = stream.LastEventId;
            Assert.Equal(1, measured["pushapp.connections transport=sse"]);
            Assert.Equal(2, measured["pushapp.channels"]);
            Assert.Equal(2, measured["pushapp.subscriptions"]);
            Assert.Equal(0, measured["pushapp.outbox.bytes"]);
        }

        await using (await node.OpenAsync(lastEventId: cursor))
        {
            using var refused = await node.Http.GetAsync("/sse?channel=user:bob", TestContext.Current.CancellationToken);
            Assert.False(refused.IsSuccessStatusCode);
        }

        // Counted once the loop has written it, which its reader may see a moment before.
        await Until.TrueAsync(() => measured["pushapp.delivery.duration"] > 0, "the delivery is counted");
        Assert.Equal(1, measured["messaging.client.sent.messages messaging.destination.template=broadcast pushapp.logged=True pushapp.duplicate=False"]);
        Assert.Equal(1, measured["messaging.client.consumed.messages messaging.destination.template=broadcast"]);
        Assert.Equal(1, measured["pushapp.deliveries"]);
        await Until.TrueAsync(() => measured["pushapp.deliveries.bytes"] > 50, "the bytes of a head and an event");
        Assert.Equal(1, measured["pushapp.connections.resumed known=True"]);
        Assert.Equal(1, measured["pushapp.authorization.refusals access=subscribe messaging.destination.template=user:{userName}"]);
        Assert.Equal(1, measured["pushapp.delivery.duration"]);
        Assert.InRange(measured["db.client.operation.duration db.system.name=redis db.operation.name=EVALSHA"], 2, long.MaxValue);
    }
}
