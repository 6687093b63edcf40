using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Faults.Cluster;

/// <summary>A slot goes to another server while its channel is in use.</summary>
public sealed class SlotMigrationTests
{
    private static readonly ChannelName Room = ChannelName.Room("busy");

    [Theory]
    [InlineData("Auto")]
    [InlineData("Never")]
    public async Task A_busy_channel_loses_and_doubles_nothing(string sharded)
    {
        var settings = new Dictionary<string, string?> { ["Push:ShardedPubSub"] = sharded };
        await using var cluster = await RedisCluster.StartAsync();
        await using var one = await ClusterNodes.StartAsync(cluster, "t", settings);
        await using var two = await ClusterNodes.StartAsync(cluster, "t", settings);
        await using var first = await one.OpenAsync($"/sse?channel={Room}", "alice");
        await using var second = await two.OpenAsync($"/sse?channel={Room}", "bob");
        var slot = await cluster.SlotOfAsync($"t:{{{Room}}}");
        var home = await cluster.OwnerOfAsync(slot);
        var away = cluster.Nodes.First(node => node != home);

        await using var publisher = new SteadyPublisher(one.Publisher, Room);
        foreach (var target in new[] { away, home })
        {
            await publisher.ReachAsync(publisher.Count + 100);
            await cluster.MoveSlotAsync(slot, target, halfWay: () => publisher.ReachAsync(publisher.Count + 20));
            await publisher.ReachAsync(publisher.Count + 100);
            Assert.Equal(target, await cluster.OwnerOfAsync(slot));
        }

        var count = await publisher.StopAsync();
        await ClusterNodes.AssertSequenceAsync(first, count);
        await ClusterNodes.AssertSequenceAsync(second, count);

        // Who comes later finds the log as it was.
        await using var late = await two.OpenAsync($"/sse?channel={Room}", "carol");
        var result = await one.Publisher.PublishAsync(Room, "last", "", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("last", (await late.NextAsync()).Name);
        Assert.Equal(count + 1, result.Position!.Value.Sequence);
    }

    [Fact]
    public async Task What_was_published_last_before_the_slot_went_arrives_without_a_successor()
    {
        // Heads are not compared by themselves for as long as this takes.
        var settings = new Dictionary<string, string?> { ["Push:Streams:HeadCheckInterval"] = "00:10:00", ["Push:History:MaxAge"] = "1.00:00:00" };
        await using var cluster = await RedisCluster.StartAsync();
        await using var node = await ClusterNodes.StartAsync(cluster, "t", settings);
        await using var stream = await node.OpenAsync($"/sse?channel={Room}", "alice");
        var slot = await cluster.SlotOfAsync($"t:{{{Room}}}");
        var home = await cluster.OwnerOfAsync(slot);
        await node.Publisher.PublishAsync(Room, "number", "0", cancellationToken: TestContext.Current.CancellationToken);

        // The keys are at the new server, the subscriptions still at the old one: nobody hears it.
        await cluster.MoveSlotAsync(
            slot,
            cluster.Nodes.First(other => other != home),
            halfWay: async () => await node.Publisher.PublishAsync(Room, "number", "1", cancellationToken: TestContext.Current.CancellationToken));
        await ClusterNodes.AssertSequenceAsync(stream, 2);
    }

    [Fact]
    public async Task A_channel_that_is_new_while_its_slot_goes_waits_for_it()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var node = await ClusterNodes.StartAsync(cluster, "t");
        var slot = await cluster.SlotOfAsync($"t:{{{Room}}}");
        var home = await cluster.OwnerOfAsync(slot);
        Task<PublishResult>? publishing = null;

        // Of several keys that are nowhere yet a server in the middle says TRYAGAIN.
        await cluster.MoveSlotAsync(slot, cluster.Nodes.First(other => other != home), halfWay: async () =>
        {
            publishing = node.Publisher.PublishAsync(Room, "number", "0", cancellationToken: TestContext.Current.CancellationToken).AsTask();
            await Until.TrueAsync(async () => await HasSaidTryAgainAsync(cluster), "a server has said TRYAGAIN");
        });
        Assert.Equal(1, (await publishing!).Position!.Value.Sequence);
    }

    private static async Task<bool> HasSaidTryAgainAsync(RedisCluster cluster)
    {
        var stats = await Task.WhenAll(cluster.Nodes.Select(node => node.SendAsync("INFO", "errorstats")));
        return Array.Exists(stats, errors => ((string)errors!).Contains("errorstat_TRYAGAIN:", StringComparison.Ordinal));
    }
}
