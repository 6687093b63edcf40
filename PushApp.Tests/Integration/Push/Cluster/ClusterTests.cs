using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Redis;
using PushApp.Tests.Faults.Cluster;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Push.Cluster;

/// <summary>What holds on one server holds on a Redis Cluster.</summary>
public sealed class ClusterTests(RedisClusterFixture clusters) : IClassFixture<RedisClusterFixture>
{
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    private readonly string _prefix = $"c{Guid.NewGuid():N}";

    [Fact]
    public async Task A_channels_keys_share_a_slot_and_its_messages_stay_with_the_server_of_that_slot()
    {
        var cluster = await clusters.GetAsync();
        await using var node = await ClusterNodes.StartAsync(cluster, _prefix);
        await using var stream = await node.OpenAsync("/sse?channel=room:tea");
        await node.Publisher.PublishAsync("room:tea", "said", "hello", cancellationToken: TestContext.Current.CancellationToken);
        await stream.NextAsync();

        var keys = new RedisKeys(_prefix);
        var room = ChannelName.Room("tea");
        string[] all = [keys.Log(room)!, keys.IdempotencyKeys(room)!, keys.Events(room)!, keys.InteropLease(room)!, keys.InteropCopies(room)!, keys.PresenceMembers(room)!];
        var slot = await cluster.SlotOfAsync(all[0]);
        Assert.All(await Task.WhenAll(all.Select(cluster.SlotOfAsync)), other => Assert.Equal(slot, other));

        var owner = await cluster.OwnerOfAsync(slot);
        foreach (var server in cluster.Nodes)
        {
            var listened = (object[])(await server.SendAsync("PUBSUB", "SHARDCHANNELS", $"{_prefix}:{{room:tea}}"))!;
            Assert.Equal(server == owner ? 1 : 0, listened.Length);
            Assert.Empty((object[])(await server.SendAsync("PUBSUB", "CHANNELS", $"{_prefix}:{{*"))!);
        }
    }

    [Fact]
    public async Task Streams_of_channels_all_over_the_cluster_get_everything_in_order_and_resume()
    {
        var cluster = await clusters.GetAsync();
        await using var one = await ClusterNodes.StartAsync(cluster, _prefix);
        await using var two = await ClusterNodes.StartAsync(cluster, _prefix);
        var rooms = Enumerable.Range(0, 20).Select(i => $"room:{i}").ToArray();
        var path = $"/sse?{string.Join('&', rooms.Select(room => $"channel={room}"))}";
        string cursor;
        await using (var stream = await two.OpenAsync(path, "alice"))
        {
            await PublishAsync(one, rooms, 0, 5);
            AssertEach(await stream.NextAsync(rooms.Length * 5), rooms, 0, 5);
            cursor = stream.LastEventId;
        }

        await PublishAsync(two, rooms, 5, 5);
        await using var resumed = await one.OpenAsync(path, "alice", cursor);
        await PublishAsync(two, rooms, 10, 5);
        AssertEach(await resumed.NextAsync(rooms.Length * 10), rooms, 5, 10);
    }

    [Fact]
    public async Task Publishing_twice_purging_and_what_is_not_logged_work_as_on_one_server()
    {
        var cluster = await clusters.GetAsync();
        await using var node = await ClusterNodes.StartAsync(cluster, _prefix);
        await using var stream = await node.OpenAsync("/sse?channel=room:tea");
        var token = TestContext.Current.CancellationToken;
        var once = new PublishOptions { IdempotencyKey = "once" };

        var first = await node.Publisher.PublishAsync("room:tea", "said", "hello", once, token);
        var again = await node.Publisher.PublishAsync("room:tea", "said", "hello", once, token);
        Assert.Equal((first.Position, true), (again.Position, again.Duplicate));
        await Assert.ThrowsAsync<IdempotencyConflictException>(async () => await node.Publisher.PublishAsync("room:tea", "said", "other", once, token));
        await node.Publisher.PublishAsync("room:tea", "typing", "", PublishOptions.Ephemeral, token);
        await node.Publisher.PurgeAsync("room:tea", token);

        Assert.Equal(["said", "typing", "push.reset"], (await stream.NextAsync(3)).Select(item => item.Name));
    }

    [Fact]
    public async Task Processes_that_publish_the_other_way_are_heard_by_way_of_the_log()
    {
        var cluster = await clusters.GetAsync();
        await using var sharded = await ClusterNodes.StartAsync(cluster, _prefix, Settings("Auto"));
        await using var plain = await ClusterNodes.StartAsync(cluster, _prefix, Settings("Never"));
        await using var atSharded = await sharded.OpenAsync("/sse?channel=room:a&channel=room:b&channel=room:c", "alice");
        await using var atPlain = await plain.OpenAsync("/sse?channel=room:a&channel=room:b&channel=room:c", "bob");
        string[] rooms = ["room:a", "room:b", "room:c"];

        await PublishAsync(sharded, rooms, 0, 3);
        AssertEach(await atSharded.NextAsync(9), rooms, 0, 3);
        AssertEach(await atPlain.NextAsync(9), rooms, 0, 3);
        await PublishAsync(plain, rooms, 3, 3);
        AssertEach(await atPlain.NextAsync(9), rooms, 3, 3);
        AssertEach(await atSharded.NextAsync(9), rooms, 3, 3);
    }

    [Fact]
    public async Task Messages_go_to_all_servers_where_that_is_configured()
    {
        var cluster = await clusters.GetAsync();
        await using var one = await ClusterNodes.StartAsync(cluster, _prefix, Settings("Never", Never));
        await using var two = await ClusterNodes.StartAsync(cluster, _prefix, Settings("Never", Never));
        await using var stream = await two.OpenAsync("/sse?channel=room:a&channel=room:b&channel=room:c", "alice");
        await PublishAsync(one, ["room:a", "room:b", "room:c"], 0, 3);
        AssertEach(await stream.NextAsync(9), ["room:a", "room:b", "room:c"], 0, 3);
        foreach (var server in cluster.Nodes)
        {
            Assert.Empty((object[])(await server.SendAsync("PUBSUB", "SHARDCHANNELS", $"{_prefix}:*"))!);
        }
    }

    [Fact]
    public async Task A_database_that_a_cluster_does_not_have_ends_the_host_with_what_to_set()
    {
        var cluster = await clusters.GetAsync();
        await AssertEndsAsync(cluster.ConnectionString + ",defaultDatabase=3", "Auto", "take 'defaultDatabase=3' out of ConnectionStrings:redis");
    }

    [Fact]
    public async Task What_a_cluster_alone_does_ends_the_host_on_a_single_server()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, TestContext.Current.CancellationToken);
        await AssertEndsAsync(broker.ConnectionString, "Always", "the broker is no Redis Cluster: set it to Auto");

        // And a database of one's own is nothing special there.
        await using var node = await PushNode.StartAsync(broker.ConnectionString + ",defaultDatabase=3", _prefix);
        await using var stream = await node.OpenAsync();
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "said", "hello", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("hello", (await stream.NextAsync()).Data);
    }

    [Fact]
    public async Task An_event_that_too_few_replicas_have_is_not_acknowledged()
    {
        var cluster = await clusters.GetAsync();
        await using var node = await ClusterNodes.StartAsync(
            cluster, _prefix, new Dictionary<string, string?> { ["Push:AcknowledgeReplicas"] = "1", ["Push:PublishTimeout"] = "00:00:01" });
        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(
            async () => await node.Publisher.PublishAsync("room:tea", "said", "hello", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("0 replicas", error.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_event_that_was_there_already_replicas_are_waited_for_behind_a_write()
    {
        var cluster = await clusters.GetAsync();
        var once = new PublishOptions { IdempotencyKey = "once" };
        await using var node = await ClusterNodes.StartAsync(cluster, _prefix);
        await node.Publisher.PublishAsync("room:tea", "said", "hello", once, TestContext.Current.CancellationToken);
        var home = await cluster.OwnerOfAsync(await cluster.SlotOfAsync($"{_prefix}:{{room:tea}}"));
        await home.SendAsync("CONFIG", "RESETSTAT");

        await using var replicated = await ClusterNodes.StartAsync(
            cluster, _prefix, new Dictionary<string, string?> { ["Push:AcknowledgeReplicas"] = "1", ["Push:PublishTimeout"] = "00:00:01" });
        await Assert.ThrowsAsync<BrokerUnavailableException>(
            async () => await replicated.Publisher.PublishAsync("room:tea", "said", "hello", once, TestContext.Current.CancellationToken));
        var stats = (string)(await home.SendAsync("INFO", "commandstats"))!;
        Assert.Contains("cmdstat_wait:", stats, StringComparison.Ordinal);
        Assert.Contains("cmdstat_pexpire:", stats, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Presence_is_shared_by_the_nodes()
    {
        var cluster = await clusters.GetAsync();
        var settings = new Dictionary<string, string?> { ["Push:Presence:Grace"] = "00:00:00.200" };
        await using var one = await ClusterNodes.StartAsync(cluster, _prefix, settings);
        await using var two = await ClusterNodes.StartAsync(cluster, _prefix, settings);
        var token = TestContext.Current.CancellationToken;
        var changes = new ConcurrentQueue<string>();
        var presence = (one.Services.GetRequiredService<IPresence>(), two.Services.GetRequiredService<IPresence>());
        await using var view = await presence.Item2.WatchAsync("room:tea", member => changes.Enqueue($"{member.UserName} {member.State}"), token);

        using (await presence.Item1.EnterAsync("room:tea", "alice", cancellationToken: token))
        {
            await Until.TrueAsync(() => changes.Contains("alice Online"), "the other node hears that alice came");
            Assert.Equal(["alice"], (await presence.Item2.ListAsync("room:tea", token)).Select(member => member.UserName));
        }

        await Until.TrueAsync(() => changes.Contains("alice Offline"), "the other node hears that alice left");
    }

    private static Dictionary<string, string?> Settings(string sharded, TimeSpan? headCheck = null) => new()
    {
        ["Push:ShardedPubSub"] = sharded,
        ["Push:Streams:HeadCheckInterval"] = (headCheck ?? TimeSpan.FromSeconds(1)).ToString("c"),

        // It has to be longer than three intervals.
        ["Push:History:MaxAge"] = "1.00:00:00",
    };

    private async Task AssertEndsAsync(string connection, string sharded, string told)
    {
        var stopping = new TaskCompletionSource();
        WebApplication host = null!;
        try
        {
            await PushNode.StartAsync(connection, _prefix, new Dictionary<string, string?> { ["Push:ShardedPubSub"] = sharded }, map: app =>
            {
                host = app;
                app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
            });
        }
        catch (TaskCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // It found that before its server was up.
        }

        await using var ended = host;
        await stopping.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await host.Services.GetRequiredService<IPushPublisher>().PublishAsync(ChannelName.Broadcast, "said", "hello", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    private static async Task PublishAsync(PushNode node, string[] rooms, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            await Task.WhenAll(rooms.Select(room => node.Publisher.PublishAsync(room, "number", $"{i}", cancellationToken: TestContext.Current.CancellationToken).AsTask()));
        }
    }

    private static void AssertEach(List<SseEvent> events, string[] rooms, int from, int count)
    {
        foreach (var room in rooms)
        {
            Assert.Equal(Enumerable.Range(from, count).Select(i => $"{i}"), events.Where(item => item.Channel == room).Select(item => item.Data));
        }
    }
}
