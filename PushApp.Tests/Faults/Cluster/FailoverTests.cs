using System.Text.RegularExpressions;
using PushApp.Push;
using PushApp.Push.Redis;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Faults.Cluster;

/// <summary>A server of the cluster goes, and its replica takes its place.</summary>
public sealed class FailoverTests
{
    private const string Prefix = "t";

    // What was acknowledged is to outlive the failover.
    private static readonly Dictionary<string, string?> Replicated = new() { ["Push:AcknowledgeReplicas"] = "1", ["Push:PublishTimeout"] = "00:01:00", ["Push:History:MaxEvents"] = "100000" };

    [Theory]
    [InlineData("killed")]
    [InlineData("frozen")]
    [InlineData("relieved")]
    public async Task A_busy_channel_loses_and_doubles_nothing(string how)
    {
        await using var cluster = await RedisCluster.StartAsync(withReplicas: true);
        await using var one = await ClusterNodes.StartAsync(cluster, Prefix, Replicated);
        await using var two = await ClusterNodes.StartAsync(cluster, Prefix, Replicated);
        var home = cluster.Nodes[2];
        var room = await cluster.RoomAtAsync(home, Prefix);
        await using var first = await one.OpenAsync($"/sse?channel={room}", "alice");
        await using var second = await two.OpenAsync($"/sse?channel={room}", "bob");

        await using var publisher = new SteadyPublisher(one.Publisher, room);
        await publisher.ReachAsync(50);
        var replica = cluster.ReplicaOf(home);
        switch (how)
        {
            case "killed":
                await home.KillAsync();
                break;
            case "frozen":
                await home.FreezeAsync();
                break;
            default:
                await replica.SendAsync("CLUSTER", "FAILOVER");
                break;
        }

        // Until the former server is back as a replica, too few have an event for it to be acknowledged.
        await RedisCluster.WaitForPrimaryAsync(replica);
        if (how == "frozen")
        {
            // It still takes itself for what it was, for a moment, with what was sent to it before.
            home.Thaw();
        }
        else if (how == "killed")
        {
            await home.StartAsync();
        }

        await Until.TrueAsync(async () => !await home.IsPrimaryAsync(), "the server follows its former replica", TimeSpan.FromSeconds(60));
        await publisher.ReachAsync(publisher.Count + 50);

        // While it goes on: a stream that is reset is told only what comes after.
        var nextOfFirst = await ClusterNodes.AssertToldAsync(first, publisher.Count);
        var nextOfSecond = await ClusterNodes.AssertToldAsync(second, publisher.Count);
        var count = await publisher.StopAsync();
        await ClusterNodes.AssertLoggedAsync(two, room, count);
        await ClusterNodes.AssertToldAsync(first, count, nextOfFirst);
        await ClusterNodes.AssertToldAsync(second, count, nextOfSecond);
    }

    [Fact]
    public async Task Streams_are_told_that_a_server_is_away_and_when_another_has_its_place_and_nothing_of_a_replica()
    {
        await using var cluster = await RedisCluster.StartAsync(withReplicas: true);
        await using var node = await ClusterNodes.StartAsync(cluster, Prefix);
        var room = await cluster.RoomAtAsync(cluster.Nodes[0], Prefix);
        await using var stream = await node.OpenAsync($"/sse?channel={room}", "alice");
        var token = TestContext.Current.CancellationToken;

        await cluster.ReplicaOf(cluster.Nodes[1]).KillAsync();
        await node.Publisher.PublishAsync(room, "said", "without a replica", cancellationToken: token);

        // Before its server is killed, which may else take it along: then it comes from the log, after the word that the server is away.
        Assert.Equal("without a replica", (await stream.NextAsync()).Data);
        await cluster.Nodes[0].KillAsync();
        await RedisCluster.WaitForPrimaryAsync(cluster.ReplicaOf(cluster.Nodes[0]));
        await node.Publisher.PublishAsync(room, "said", "without a server", cancellationToken: token);

        var rest = new List<SseEvent>();
        while (rest.Count(item => item.Name == "push.status") < 2 || rest.All(item => item.Name == "push.status"))
        {
            rest.Add(await stream.NextAsync(TimeSpan.FromSeconds(60)));
        }

        Assert.Equal(["without a server"], rest.Where(item => item.Name == "said").Select(item => item.Data));
        Assert.Equal([false, true], rest.Where(item => item.Name == "push.status").Select(item => item.Data.Contains("\"ok\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_event_for_which_replicas_were_waited_for_twice_is_no_duplicate()
    {
        await using var cluster = await RedisCluster.StartAsync(withReplicas: true);
        await using var node = await ClusterNodes.StartAsync(cluster, Prefix, Replicated);
        var room = await cluster.RoomAtAsync(cluster.Nodes[0], Prefix);
        var token = TestContext.Current.CancellationToken;
        var once = new PublishOptions { IdempotencyKey = "once" };
        var replica = cluster.ReplicaOf(cluster.Nodes[0]);
        await replica.FreezeAsync();
        await cluster.Nodes[0].SendAsync("CONFIG", "RESETSTAT");
        var publishing = node.Publisher.PublishAsync(room, "said", "hello", once, token).AsTask();
        await Until.TrueAsync(
            async () => Regex.IsMatch((string)(await cluster.Nodes[0].SendAsync("INFO", "commandstats"))!, "cmdstat_wait:calls=([2-9]|[0-9]{2})"),
            "replicas were waited for again");
        replica.Thaw();

        Assert.False((await publishing).Duplicate);
        Assert.True((await node.Publisher.PublishAsync(room, "said", "hello", once, token)).Duplicate);
    }

    [Fact]
    public async Task A_cluster_that_has_given_a_server_up_is_not_whole()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var multiplexer = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
        Assert.True(ClusterTopology.IsWhole(multiplexer));
        await cluster.Nodes[2].KillAsync();
        await Until.TrueAsync(async () => ((string)(await cluster.Nodes[0].SendAsync("CLUSTER", "NODES"))!).Contains("master,fail ", StringComparison.Ordinal), "the others give it up");

        // It is in nobody's view any more.
        await multiplexer.ConfigureAsync();
        Assert.False(ClusterTopology.IsWhole(multiplexer));
    }

    [Fact]
    public async Task Legacy_messages_are_logged_when_the_server_is_gone_at_which_they_were_listened_to()
    {
        var settings = new Dictionary<string, string?> { ["Push:Interop:Enabled"] = "true", ["Push:Interop:Lease"] = "00:00:01" };
        await using var cluster = await RedisCluster.StartAsync(withReplicas: true);
        await using var node = await ClusterNodes.StartAsync(cluster, Prefix, settings);
        await using var stream = await node.OpenAsync("/sse", "alice");
        await Until.TrueAsync(async () => await ListenedAtAsync(cluster) is not null, "the node listens");
        var server = (await ListenedAtAsync(cluster))!;
        await PublishAsync(cluster, "before");
        Assert.Equal("before", (await stream.NextAsync()).Data);

        await server.KillAsync();
        await Until.TrueAsync(async () => await ListenedAtAsync(cluster) is not null, "the node listens elsewhere", TimeSpan.FromSeconds(60));

        // What comes before the node has listened for long enough is not its to log; such messages are at most once.
        var number = 0;
        var arrived = ReadAsync();
        await Until.TrueAsync(
            async () =>
            {
                await PublishAsync(cluster, $"after {number++}");
                return arrived.IsCompleted;
            },
            "a message arrives",
            TimeSpan.FromSeconds(60));
        Assert.StartsWith("after", await arrived, StringComparison.Ordinal);

        async Task<string> ReadAsync()
        {
            while (true)
            {
                var item = await stream.NextAsync(TimeSpan.FromSeconds(60));
                // A node that was not told that the first one is logged logs it again where it listens then.
                if (item is { Name: "greeting", Data: not "before" })
                {
                    return item.Data;
                }
            }
        }
    }

    private static Task<object?> PublishAsync(RedisCluster cluster, string text) => cluster.Nodes.First(node => node.IsRunning).SendAsync("PUBLISH", "sse", $"""["greeting","{text}"]""");

    private static async Task<RedisClusterNode?> ListenedAtAsync(RedisCluster cluster)
    {
        foreach (var node in cluster.Nodes.Where(node => node.IsRunning))
        {
            if (((object[])(await node.SendAsync("PUBSUB", "NUMSUB", "sse"))!)[1] is > 0L)
            {
                return node;
            }
        }

        return null;
    }
}
