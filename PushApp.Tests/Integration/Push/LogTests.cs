using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Push;

public sealed class LogTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Repeating_a_key_gives_the_first_answer_and_another_body_is_an_error(BrokerKind kind)
    {
        var (node, _, _) = await StartAsync(kind);
        await using var closing = node;
        var options = new PublishOptions { IdempotencyKey = "order 7", Publisher = "shop" };
        var first = await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", options, Cancelled);
        var again = await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", options, Cancelled);
        Assert.Equal(first with { Duplicate = true }, again);
        await Assert.ThrowsAsync<IdempotencyConflictException>(async () => await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "two", options, Cancelled));
        await Assert.ThrowsAsync<IdempotencyConflictException>(async () => await node.Publisher.PublishAsync(ChannelName.Broadcast, "f", "one", options, Cancelled));

        // Another publisher's, and another channel's, key of the same text is another key.
        Assert.False((await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", options with { Publisher = "stock" }, Cancelled)).Duplicate);
        Assert.False((await node.Publisher.PublishAsync(ChannelName.Room("x"), "e", "one", options, Cancelled)).Duplicate);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_log_is_paged_back_to_its_beginning(BrokerKind kind)
    {
        var (node, _, _) = await StartAsync(kind, new() { ["Push:History:MaxEvents"] = "7" });
        await using var closing = node;
        var history = History(node);
        List<Position> positions = [];
        for (var i = 0; i < 10; i++)
        {
            positions.Add((await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", $"{i}", cancellationToken: Cancelled)).Position!.Value);
        }

        var page = await history.ReadBeforeAsync(ChannelName.Broadcast, positions[9], 3, Cancelled);
        Assert.Equal((positions[9], true), (page.Head, page.Recovered));
        Assert.Equal(["6", "7", "8"], page.Events.Select(item => item.Data));
        page = await history.ReadBeforeAsync(ChannelName.Broadcast, page.Events[0].Position, 5, Cancelled);
        Assert.Equal(["3", "4", "5"], page.Events.Select(item => item.Data));
        Assert.Empty((await history.ReadBeforeAsync(ChannelName.Broadcast, page.Events[0].Position, 5, Cancelled)).Events);

        // Trimmed away, another's, or not there yet.
        foreach (var unknown in (Position[])[positions[1], positions[8] with { Tag = positions[8].Tag ^ 1 }, new(99, 1), default])
        {
            page = await history.ReadBeforeAsync(ChannelName.Broadcast, unknown, 5, Cancelled);
            Assert.False(page.Recovered);
            Assert.Empty(page.Events);
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_key_whose_event_has_left_the_log_publishes_anew(BrokerKind kind)
    {
        var (node, _, _) = await StartAsync(kind, new() { ["Push:History:MaxEvents"] = "2" });
        await using var closing = node;
        var options = new PublishOptions { IdempotencyKey = "k" };
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", options, Cancelled);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "two", cancellationToken: Cancelled);
        Assert.True((await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", options, Cancelled)).Duplicate);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "three", cancellationToken: Cancelled);
        Assert.False((await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "other", options, Cancelled)).Duplicate);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_last_message_that_was_lost_on_the_way_is_found_in_the_log(BrokerKind kind)
    {
        var (node, redis, prefix) = await StartAsync(kind, new() { ["Push:Streams:HeadCheckInterval"] = "00:00:01" });
        await using var closing = node;
        await using var stream = await node.OpenAsync();
        var published = await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", cancellationToken: Cancelled);
        await stream.NextAsync();

        // What append.lua writes, without its PUBLISH.
        await redis.GetDatabase().ListRightPushAsync($"{prefix}:{{broadcast}}:log", $"L 2 0000abcd {published.Position!.Value.Tag:x8} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()} 0 -\ne\nlost");
        Assert.Equal("lost", (await stream.NextAsync()).Data);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "three", cancellationToken: Cancelled);
        Assert.Equal("three", (await stream.NextAsync()).Data);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_log_that_is_gone_ends_in_a_reset_and_never_in_silence(BrokerKind kind)
    {
        var (node, redis, prefix) = await StartAsync(kind, new() { ["Push:Streams:HeadCheckInterval"] = "00:00:01" });
        await using var closing = node;
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", cancellationToken: Cancelled);
        await using var stream = await node.OpenAsync();
        await redis.GetDatabase().KeyDeleteAsync($"{prefix}:{{broadcast}}:log");
        var reset = await stream.NextAsync();
        Assert.Equal("push.reset", reset.Name);
        Assert.Contains("\"lost\"", reset.Data, StringComparison.Ordinal);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "anew", cancellationToken: Cancelled);
        var anew = await stream.NextAsync();
        Assert.Equal("anew", anew.Data);

        await using var resumed = await node.OpenAsync(lastEventId: anew.Id);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "more", cancellationToken: Cancelled);
        Assert.Equal("more", (await resumed.NextAsync()).Data);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Purging_a_channel_resets_whoever_listens(BrokerKind kind)
    {
        var (node, _, _) = await StartAsync(kind);
        await using var closing = node;
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "one", cancellationToken: Cancelled);
        await using var stream = await node.OpenAsync();
        await node.Publisher.PurgeAsync(ChannelName.Broadcast, Cancelled);
        Assert.Equal("push.reset", (await stream.NextAsync()).Name);
        Assert.Empty((await History(node).ReadAsync(ChannelName.Broadcast, null, 10, Cancelled)).Events);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task An_event_past_its_time_to_live_is_stepped_over(BrokerKind kind)
    {
        var (node, redis, prefix) = await StartAsync(kind);
        await using var closing = node;
        string cursor;
        await using (var stream = await node.OpenAsync())
        {
            cursor = stream.LastEventId;
        }

        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "short", new PublishOptions { TimeToLive = TimeSpan.FromSeconds(1) }, Cancelled);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "long", cancellationToken: Cancelled);
        await Until.TrueAsync(
            async () => (await History(node).ReadAsync(ChannelName.Broadcast, null, 10, Cancelled)).Events is [{ Data: "long" }], "the first event has expired");
        await using var resumed = await node.OpenAsync(lastEventId: cursor);
        Assert.Equal("long", (await resumed.NextAsync()).Data);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task History_pages_forward_and_says_when_a_position_is_not_its_own(BrokerKind kind)
    {
        var (node, _, _) = await StartAsync(kind, new() { ["Push:History:MaxEvents"] = "10" });
        await using var closing = node;
        var positions = new List<Position>();
        for (var i = 0; i < 15; i++)
        {
            positions.Add((await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", i, cancellationToken: Cancelled)).Position!.Value);
        }

        var newest = await History(node).ReadAsync(ChannelName.Broadcast, null, 3, Cancelled);
        Assert.Equal(["12", "13", "14"], newest.Events.Select(e => e.Data));
        Assert.Equal(positions[^1], newest.Head);

        var page = await History(node).ReadAsync(ChannelName.Broadcast, positions[8], 2, Cancelled);
        Assert.True(page.Recovered);
        Assert.Equal(["9", "10"], page.Events.Select(e => e.Data));

        // The newest that was trimmed still links to the oldest that was kept.
        Assert.True((await History(node).ReadAsync(ChannelName.Broadcast, positions[4], 100, Cancelled)).Recovered);
        Assert.Empty((await History(node).ReadAsync(ChannelName.Broadcast, positions[^1], 100, Cancelled)).Events);
        foreach (var foreign in new[] { positions[3], positions[8] with { Tag = 1 }, new Position(99, 1) })
        {
            var lost = await History(node).ReadAsync(ChannelName.Broadcast, foreign, 100, Cancelled);
            Assert.False(lost.Recovered);
            Assert.Equal(10, lost.Events.Count);
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Reading_the_history_of_an_empty_channel_keeps_nothing_and_goes_on_from_its_beginning(BrokerKind kind)
    {
        var (node, redis, prefix) = await StartAsync(kind, new() { ["Push:History:MaxEvents"] = "3" });
        await using var closing = node;
        foreach (var after in (Position?[])[null, default(Position)])
        {
            var empty = await History(node).ReadAsync(ChannelName.Broadcast, after, 10, Cancelled);
            Assert.Empty(empty.Events);
            Assert.Equal((default, true), (empty.Head, empty.Recovered));
        }

        Assert.False((await History(node).ReadAsync(ChannelName.Broadcast, new Position(3, 7), 10, Cancelled)).Recovered);
        Assert.False((await History(node).ReadBeforeAsync(ChannelName.Broadcast, new Position(3, 7), 10, Cancelled)).Recovered);
        Assert.False(await redis.GetDatabase().KeyExistsAsync($"{prefix}:{{broadcast}}:log"));

        // With its root, without, and when events have gone as well.
        string[][] kept = [["0"], ["0", "1"], ["0", "1", "2"], ["1", "2", "3"]];
        for (var i = 0; i < kept.Length; i++)
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", $"{i}", cancellationToken: Cancelled);
            var page = await History(node).ReadAsync(ChannelName.Broadcast, default(Position), 10, Cancelled);
            Assert.Equal((i < 3, page.Events[^1].Position), (page.Recovered, page.Head));
            Assert.Equal(kept[i], page.Events.Select(e => e.Data));
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task History_goes_on_past_a_page_of_expired_events(BrokerKind kind)
    {
        var (node, _, _) = await StartAsync(kind);
        await using var closing = node;
        var first = await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "first", cancellationToken: Cancelled);
        for (var i = 0; i < 5; i++)
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "short", new PublishOptions { TimeToLive = TimeSpan.FromSeconds(1) }, Cancelled);
        }

        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "last", cancellationToken: Cancelled);
        await Until.TrueAsync(
            async () => (await History(node).ReadAsync(ChannelName.Broadcast, first.Position, 100, Cancelled)).Events is [{ Data: "last" }], "the events have expired");
        foreach (var limit in (int[])[1, 2, 3, 5])
        {
            var page = await History(node).ReadAsync(ChannelName.Broadcast, first.Position, limit, Cancelled);
            Assert.True(page.Recovered);
            Assert.Equal(["last"], page.Events.Select(e => e.Data));
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Events_of_many_publishers_at_once_arrive_in_the_order_of_the_log(BrokerKind kind)
    {
        var (node, _, _) = await StartAsync(kind);
        await using var closing = node;
        await using var stream = await node.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", $"{publisher}:{i}", cancellationToken: Cancelled);
            }
        })));
        var received = await stream.NextAsync(800);
        var log = await History(node).ReadAsync(ChannelName.Broadcast, null, 1000, Cancelled);
        Assert.Equal(log.Events.Select(e => e.Data), received.Select(e => e.Data));
    }

    private static IChannelHistory History(PushNode node) => node.Services.GetRequiredService<IChannelHistory>();

    private async Task<(PushNode Node, IConnectionMultiplexer Redis, string Prefix)> StartAsync(BrokerKind kind, Dictionary<string, string?>? settings = null)
    {
        var broker = await brokers.GetAsync(kind);
        var prefix = Guid.NewGuid().ToString("N");
        var redis = await broker.ConnectAsync();
        var node = await PushNode.StartAsync(
            broker.ConnectionString, prefix, settings, builder => builder.Services.AddSingleton<IConnectionMultiplexer>(_ => redis));
        return (node, redis, prefix);
    }
}
