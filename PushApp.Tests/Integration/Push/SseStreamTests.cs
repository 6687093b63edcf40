using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push;

public sealed class SseStreamTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task An_event_published_at_one_node_reaches_a_stream_at_the_other(BrokerKind kind)
    {
        var broker = await brokers.GetAsync(kind);
        var prefix = Guid.NewGuid().ToString("N");
        await using var one = await PushNode.StartAsync(broker.ConnectionString, prefix);
        await using var two = await PushNode.StartAsync(broker.ConnectionString, prefix);
        await using var stream = await two.OpenAsync();

        var published = await one.Publisher.PublishAsync(ChannelName.Broadcast, "greeting", "hello\nworld", cancellationToken: TestContext.Current.CancellationToken);
        var received = await stream.NextAsync();

        Assert.Equal("greeting", received.Name);
        Assert.Equal("hello\nworld", received.Data);
        Assert.Equal("broadcast", received.Channel);
        Assert.Equal(1, published.Position!.Value.Sequence);
        Assert.EndsWith(published.Position.Value.ToString().Replace('-', '.'), received.Id, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_stream_resumes_over_several_channels_at_another_node_in_order_and_without_a_hole(BrokerKind kind)
    {
        var broker = await brokers.GetAsync(kind);
        var prefix = Guid.NewGuid().ToString("N");
        await using var one = await PushNode.StartAsync(broker.ConnectionString, prefix);
        await using var two = await PushNode.StartAsync(broker.ConnectionString, prefix);
        string cursor;
        await using (var stream = await one.OpenAsync(user: "alice"))
        {
            await PublishAsync(one, ChannelName.User("alice"), "a", 0, 3);
            await PublishAsync(one, ChannelName.Broadcast, "b", 0, 2);
            await stream.NextAsync(5);
            cursor = stream.LastEventId;
        }

        // More than a page of the log and more than the ring, so that all three sources are read.
        await PublishAsync(one, ChannelName.User("alice"), "a", 3, 600);
        await PublishAsync(two, ChannelName.Broadcast, "b", 2, 10);
        await using var resumed = await two.OpenAsync(user: "alice", lastEventId: cursor);
        await PublishAsync(one, ChannelName.User("alice"), "a", 600, 610);

        var events = await resumed.NextAsync(607 + 8);
        Assert.Equal(Enumerable.Range(3, 607).Select(i => $"a{i}"), events.Where(e => e.Channel == "user:alice").Select(e => e.Data));
        Assert.Equal(Enumerable.Range(2, 8).Select(i => $"b{i}"), events.Where(e => e.Channel == "broadcast").Select(e => e.Data));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_cursor_that_the_log_does_not_bear_out_is_answered_by_a_reset(BrokerKind kind)
    {
        var broker = await brokers.GetAsync(kind);
        var prefix = Guid.NewGuid().ToString("N");
        await using var node = await PushNode.StartAsync(broker.ConnectionString, prefix);
        await PublishAsync(node, ChannelName.Broadcast, "b", 0, 3);
        string cursor;
        await using (var stream = await node.OpenAsync())
        {
            cursor = stream.LastEventId;
        }

        var parts = cursor.Split('.');
        Assert.Equal(3, parts.Length);
        foreach (var forged in new[] { "nonsense", "0", $"{parts[0]}.2.00000000", $"{parts[0]}.3.00000001", $"{parts[0]}.900.12345678", $"{parts[0]}.0.00000000" })
        {
            await using var stream = await node.OpenAsync(lastEventId: forged);
            var reset = await stream.NextAsync();
            Assert.Equal("push.reset", reset.Name);
            Assert.Contains("\"broadcast\"", reset.Data, StringComparison.Ordinal);
            Assert.Contains("\"unknown\"", reset.Data, StringComparison.Ordinal);
            await PublishAsync(node, ChannelName.Broadcast, "after", 0, 1);
            Assert.Equal("after0", (await stream.NextAsync()).Data);
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_cursor_older_than_the_history_is_answered_by_a_reset(BrokerKind kind)
    {
        var broker = await brokers.GetAsync(kind);
        var prefix = Guid.NewGuid().ToString("N");
        await using var node = await PushNode.StartAsync(broker.ConnectionString, prefix, FiveEvents);
        await using var other = await PushNode.StartAsync(broker.ConnectionString, prefix, FiveEvents, AllowAll);
        string cursor;
        await using (var stream = await other.OpenAsync("/sse?channel=room:x", user: "alice"))
        {
            await PublishAsync(node, ChannelName.Room("x"), "r", 0, 1);
            await stream.NextAsync();
            cursor = stream.LastEventId;
        }

        await PublishAsync(node, ChannelName.Room("x"), "r", 1, 7);
        await using var third = await PushNode.StartAsync(broker.ConnectionString, prefix, FiveEvents, AllowAll);
        await using var late = await third.OpenAsync("/sse?channel=room:x", user: "alice", lastEventId: cursor);
        var reset = await late.NextAsync();
        Assert.Equal("push.reset", reset.Name);
        Assert.Contains("\"expired\"", reset.Data, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> FiveEvents => new() { ["Push:Histories:0:Channels"] = "room:*", ["Push:Histories:0:MaxEvents"] = "5" };

    private static void AllowAll(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder) =>
        Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<IChannelAuthorizer>(builder.Services, new Everybody());

    private sealed class Everybody : IChannelAuthorizer
    {
        public ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken) => new(true);
    }

    private static async Task PublishAsync(PushNode node, ChannelName channel, string text, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await node.Publisher.PublishAsync(channel, "test", $"{text}{i}", cancellationToken: TestContext.Current.CancellationToken);
        }
    }
}
