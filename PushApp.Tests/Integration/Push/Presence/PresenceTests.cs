using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Presence;

public sealed class PresenceTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    // Longer than any test takes.
    private static readonly TimeSpan LongLease = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Connections_on_three_nodes_are_one_member_that_joins_once_and_leaves_once(BrokerKind kind)
    {
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 3);
        var started = DateTimeOffset.UtcNow;
        var entries = new List<IPresenceEntry>();
        foreach (var node in nodes.All)
        {
            entries.Add(await node.Presence.EnterAsync(nodes.Channel, "Ann", cancellationToken: Cancelled));
            entries.Add(await node.Presence.EnterAsync(nodes.Channel, "ANN", cancellationToken: Cancelled));
        }

        var member = Assert.Single(await nodes.All[2].Presence.ListAsync(nodes.Channel, Cancelled));
        Assert.Equal(("Ann", PresenceState.Online), (member.UserName, member.State));
        Assert.InRange(member.Since, started.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));

        foreach (var entry in entries.SkipLast(1))
        {
            entry.Leave();
        }

        // By another who comes and goes last, it shows that nothing else was told.
        using (var bob = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled))
        {
            await nodes.UntilToldAsync("join bob online");
        }

        await nodes.UntilToldAsync("leave bob offline");
        Assert.Equal(["join Ann online", "join bob online", "leave bob offline"], nodes.Events.Select(item => item.Text));
        entries[^1].Leave();
        await nodes.UntilToldAsync("leave Ann offline");
        Assert.Empty(await nodes.All[0].Presence.ListAsync(nodes.Channel, Cancelled));
        Assert.Equal(member.Since, nodes.Events[0].Since);
        Assert.All(nodes.Events, (item, index) => Assert.EndsWith($"-{index + 1}", item.Version, StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_member_is_online_while_any_tab_is_and_away_when_all_are(BrokerKind kind)
    {
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 2);
        using var first = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        using var second = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", PresenceState.Away, Cancelled);
        using var third = await nodes.All[1].Presence.EnterAsync(nodes.Channel, "ann", PresenceState.Away, Cancelled);
        await nodes.UntilThereAsync(nodes.All[1], "ann Online");

        first.State = PresenceState.Away;
        await nodes.UntilToldAsync("state ann away");
        third.State = PresenceState.Online;
        await nodes.UntilToldAsync("state ann online");
        second.Leave();
        third.State = PresenceState.Away;
        await nodes.UntilToldAsync("state ann away", times: 2);
        Assert.Equal(["join ann online", "state ann away", "state ann online", "state ann away"], nodes.Events.Select(item => item.Text));
        Assert.Throws<ArgumentOutOfRangeException>(() => third.State = PresenceState.Offline);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Who_comes_back_within_the_grace_has_never_left(BrokerKind kind)
    {
        // The grace is over when the test says so. Their leases hold all the while.
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var grace = TimeSpan.FromSeconds(5);
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 0);
        for (var i = 0; i < 2; i++)
        {
            await nodes.AddAsync(grace, options => options.Presence.Lease = LongLease, push => push.Services.AddSingleton<TimeProvider>(time));
        }

        var entry = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        for (var i = 1; i < 8; i++)
        {
            // To this node, and to the other.
            entry.Dispose();
            entry = await nodes.All[i % 2].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        }

        // The grace of all those is over when one that began later is.
        using (await nodes.All[0].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled))
        {
        }

        await PassGraceAsync("leave bob offline");
        Assert.Equal(["join ann online", "join bob online", "leave bob offline"], nodes.Events.Select(item => item.Text));
        entry.Dispose();
        await PassGraceAsync("leave ann offline");

        // Again and again: a node may look at its clock just before it begins to wait.
        Task PassGraceAsync(string told) => Until.TrueAsync(
            () =>
            {
                time.Advance(grace);
                return nodes.Events.Any(item => item.Text == told);
            },
            $"'{told}' is told");
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task The_members_of_a_node_that_died_leave_once_when_its_lease_is_over(BrokerKind kind)
    {
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 3);
        var dying = nodes.All[0];
        await dying.Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        await dying.Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled);
        using var elsewhere = await nodes.All[1].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled);
        using var other = await nodes.All[2].Presence.EnterAsync(nodes.Channel, "eve", cancellationToken: Cancelled);

        await dying.CutAsync();
        await nodes.UntilToldAsync("leave ann offline");
        await nodes.UntilThereAsync(nodes.All[2], "bob Online", "eve Online");

        // Both others sweep; what they do is done when nothing of the node is left.
        await Until.TrueAsync(async () => await nodes.Redis.SortedSetLengthAsync(nodes.Keys.PresenceNodes) == 2, "the node is forgotten");
        Assert.Equal(["join ann online", "join bob online", "join eve online", "leave ann offline"], nodes.Events.Select(item => item.Text));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_that_was_held_up_takes_nobody_out_before_the_others_could_renew(BrokerKind kind)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 1, configure: options => options.Presence.Lease = LongLease);
        using var ann = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        var other = (await nodes.Redis.SortedSetRangeByRankAsync(nodes.Keys.PresenceNodes)).Single();
        var heldUp = await nodes.AddAsync(TimeSpan.Zero, options => options.Presence.Lease = LongLease, push => push.Services.AddSingleton<TimeProvider>(time));
        using var bob = await heldUp.Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled);
        var own = (await nodes.Redis.SortedSetRangeByRankAsync(nodes.Keys.PresenceNodes)).Single(node => node != other);
        await nodes.UntilToldAsync("join bob online");
        for (var i = 0; i < 4; i++)
        {
            await RenewAsync(LongLease / 3);
        }

        // As where the broker has hung: the other's lease was renewed a while before this one's, and has lapsed.
        await nodes.Redis.SortedSetAddAsync(nodes.Keys.PresenceNodes, other, 1);
        await RenewAsync(LongLease * 0.8);
        await RenewAsync(LongLease / 3);
        Assert.NotNull(await nodes.Redis.SortedSetScoreAsync(nodes.Keys.PresenceNodes, other));
        Assert.Equal(["join ann online", "join bob online"], nodes.Events.Select(item => item.Text));

        // Who does not renew within a lease is dead. Again and again: the node may look at its clock after it has renewed, when the test has moved it on already.
        await Until.TrueAsync(
            async () =>
            {
                await RenewAsync(LongLease / 3);
                return nodes.Events.Any(item => item.Text == "leave ann offline");
            },
            "'leave ann offline' is told");

        async Task RenewAsync(TimeSpan after)
        {
            var score = await nodes.Redis.SortedSetDecrementAsync(nodes.Keys.PresenceNodes, own, 1000);
            time.Advance(after);
            await Until.TrueAsync(async () => await nodes.Redis.SortedSetScoreAsync(nodes.Keys.PresenceNodes, own) > score, "the node renews its lease");
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_whose_lease_has_lapsed_tells_its_members_anew(BrokerKind kind)
    {
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 2);
        using var ann = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        var frozen = (await nodes.Redis.SortedSetRangeByRankAsync(nodes.Keys.PresenceNodes)).Single();
        using var bob = await nodes.All[1].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled);

        // As if it had been frozen for longer than its lease: by the time that it renews, it is another's to sweep, or swept.
        await nodes.Redis.SortedSetAddAsync(nodes.Keys.PresenceNodes, frozen, 1);
        await Until.TrueAsync(
            async () => await nodes.Redis.SortedSetScoreAsync(nodes.Keys.PresenceNodes, frozen) is null && await nodes.Redis.SortedSetLengthAsync(nodes.Keys.PresenceNodes) == 2,
            "the node has come back under another id, and the old one is swept");
        await nodes.UntilThereAsync(nodes.All[1], "ann Online", "bob Online");

        // Whether it was faster than the sweeper or not: in the end it is there, and every leave was followed by a join. What is told comes by another connection than what is read.
        await Until.TrueAsync(
            () => nodes.Events is var events && events.Count(item => item.Text == "leave ann offline") + 1 == events.Count(item => item.Text == "join ann online"),
            "every leave was followed by a join");
        ann.Leave();
        await nodes.UntilThereAsync(nodes.All[1], "bob Online");
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_that_stops_leaves_its_members_the_grace_to_come_back_elsewhere(BrokerKind kind)
    {
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 2, grace: TimeSpan.FromSeconds(1));
        await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        await nodes.All[0].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled);
        using var eve = await nodes.All[1].Presence.EnterAsync(nodes.Channel, "eve", cancellationToken: Cancelled);

        await nodes.All[0].Node.StopAsync();
        using var back = await nodes.All[1].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        await nodes.UntilToldAsync("leave bob offline");
        await nodes.UntilThereAsync(nodes.All[1], "ann Online", "eve Online");
        Assert.DoesNotContain("leave ann offline", nodes.Events.Select(item => item.Text));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_view_follows_what_happens_and_finds_what_it_missed(BrokerKind kind)
    {
        await using var nodes = await PresenceNodes.StartAsync(await brokers.GetAsync(kind), 2);
        using var ann = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var view = await nodes.All[1].Presence.WatchAsync(nodes.Channel, member => heard.Enqueue(PresenceNodes.Text(member)), Cancelled);
        Assert.Equal("ann", view.Find("ANN")!.UserName);
        Assert.Null(view.Find("bob"));

        var bob = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled);
        bob.State = PresenceState.Away;
        await Until.TrueAsync(() => heard.Contains("bob Away"), "the view hears of the state");
        bob.Leave();
        await Until.TrueAsync(() => view.Find("bob") is null, "the view hears of the leave");
        Assert.Equal(["ann Online", "bob Online", "bob Away", "bob Offline"], heard);

        // Changed behind its back, as where the messages were lost.
        await nodes.Redis.HashDeleteAsync(nodes.Keys.PresenceMembers(nodes.Channel), "ann");
        await nodes.Redis.HashSetAsync(nodes.Keys.PresenceMembers(nodes.Channel), "eve", "o 1764000000000 abc=o\n\"Eve\"");
        var version = ((string)(await nodes.Redis.HashGetAsync(nodes.Keys.PresenceMembers(nodes.Channel), "#"))!).Split(' ');
        await nodes.Redis.HashSetAsync(nodes.Keys.PresenceMembers(nodes.Channel), "#", $"{version[0]} {int.Parse(version[1], null) + 2}");
        await Until.TrueAsync(() => heard.Contains("Eve Online") && heard.Contains("ann Offline"), "the view finds what it missed");
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_view_follows_a_channel_that_a_stream_of_the_same_node_has_open(BrokerKind kind)
    {
        var broker = await brokers.GetAsync(kind);

        // A view that hears nothing would look after a lease.
        await using var nodes = await PresenceNodes.StartAsync(broker, 1, configure: options => options.Presence.Lease = LongLease);
        await using var node = await PushNode.StartAsync(
            broker.ConnectionString,
            nodes.Prefix,
            new Dictionary<string, string?> { ["Push:Presence:Lease"] = LongLease.ToString() },
            builder => builder.Services.AddPush().AddAuthorizer((_, channel, access) => channel.Prefix is "room" && access is ChannelAccess.Subscribe));
        await using var stream = await node.OpenAsync($"/sse?channel={nodes.Channel}");
        var first = stream.NextAsync();
        await Until.TrueAsync(
            async () =>
            {
                await node.Publisher.PublishAsync(nodes.Channel, "probe", "", new PublishOptions { History = false }, Cancelled);
                return first.IsCompleted;
            },
            "the stream hears");

        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var presence = node.Services.GetRequiredService<IPresence>();
        var view = await presence.WatchAsync(nodes.Channel, member => heard.Enqueue(PresenceNodes.Text(member)), Cancelled);
        await using (view)
        {
            using (await nodes.All[0].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled))
            {
                await Until.TrueAsync(() => heard.Contains("bob Online"), "the view hears of the join");
            }

            await Until.TrueAsync(() => heard.Contains("bob Offline"), "the view hears of the leave");
            Assert.Equal(["bob Online", "bob Offline"], heard);
        }

        // The stream hears on when the view has ended.
        using var eve = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "eve", cancellationToken: Cancelled);
        SseEvent next;
        do
        {
            next = await stream.NextAsync();
        }
        while (!next.Data.Contains("\"eve\"", StringComparison.Ordinal));
        Assert.Equal("push.presence.join", next.Name);
        Assert.Equal(2, heard.Count);
    }
}
