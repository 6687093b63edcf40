using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Inspection;
using PushApp.Push.Redis;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Push.Inspection;

public sealed class InspectionTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BrokerKind.RedisServer)]
    [InlineData(BrokerKind.Garnet)]
    public async Task Connection_on_the_other_node_is_listed_found_and_disconnected(BrokerKind kind)
    {
        await using var nodes = await InspectedNodes.StartAsync((await brokers.GetAsync(kind)).ConnectionString);
        await using var here = await nodes.First.OpenAsync(user: "ann");
        await using var there = await nodes.Second.OpenAsync(user: "bob");

        var found = await nodes.Inspector.GetConnectionsAsync("BOB", 0, 50, Cancelled);
        var connection = Assert.Single(found.Items);
        Assert.Equal(("bob", "sse", "127.0.0.1", 1, 0), (connection.User, connection.Carrier, connection.Address, found.Total, found.MissingNodes));
        Assert.Contains("user:bob", connection.Channels);
        Assert.NotEqual(Assert.Single((await nodes.Inspector.GetConnectionsAsync("ann", 0, 50, Cancelled)).Items).Node, connection.Node);

        Assert.True(await nodes.Inspector.DisconnectAsync(connection.Id, Cancelled));
        var last = Assert.Single(await there.ToEndAsync());
        Assert.Equal("push.closing", last.Name);
        Assert.Contains("stopped", last.Data, StringComparison.Ordinal);
        await Until.TrueAsync(async () => !await nodes.Inspector.DisconnectAsync(connection.Id, Cancelled), "the connection is forgotten");
        Assert.Equal("stopped", Assert.Single((await nodes.Inspector.FindUserAsync("bob", Cancelled)).Ends).Reason);
    }

    [Fact]
    public async Task Pages_over_several_nodes_hold_each_connection_once()
    {
        await using var nodes = await InspectedNodes.StartAsync((await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString);
        List<SseReader> readers = [];
        for (var i = 0; i < 7; i++)
        {
            readers.Add(await (i % 3 == 0 ? nodes.First : nodes.Second).OpenAsync(user: $"user{i}"));
        }

        HashSet<string?> users = [];
        for (var skip = 0; skip < 8; skip += 2)
        {
            var page = await nodes.Inspector.GetConnectionsAsync(null, skip, 2, Cancelled);
            Assert.Equal(7, page.Total);
            Assert.All(page.Items, item => Assert.True(users.Add(item.User)));
        }

        Assert.Equal(7, users.Count);
        Assert.Equal(7, (await nodes.Inspector.GetNodesAsync(withHistory: false, Cancelled)).Items.Sum(node => node.Connections.GetValueOrDefault("sse")));
        var channels = await nodes.Inspector.GetChannelsAsync("broadcast", 0, 10, Cancelled);
        var broadcast = Assert.Single(channels.Items);
        Assert.Equal((7, 2), (broadcast.Subscribers, broadcast.Positions.Count));
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }

        await Until.TrueAsync(
            async () => (await nodes.Inspector.GetNodesAsync(withHistory: false, Cancelled)).Items.All(node => node.Connections.Count == 0), "no connection is counted any more");
    }

    [Fact]
    public async Task What_is_known_of_a_user_is_asked_by_a_few_questions_however_many_events_there_are()
    {
        var redis = (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString;

        // The listener below answers nothing: each question waits for it.
        await using var nodes = await InspectedNodes.StartAsync(redis, new() { ["Push:Inspection:AnswerTimeout"] = "00:00:02" });
        await using var stream = await nodes.Second.OpenAsync(user: "ann");
        for (var i = 0; i < 12; i++)
        {
            await nodes.First.Publisher.PublishAsync(ChannelName.User("ann"), $"event {i}", "", cancellationToken: Cancelled);
        }

        await stream.NextAsync(12);
        await using var listener = await ConnectionMultiplexer.ConnectAsync(redis);
        var questions = new ConcurrentQueue<RedisValue>();
        var channel = nodes.First.Services.GetRequiredService<RedisKeys>().Inspection;
        await listener.GetSubscriber().SubscribeAsync(channel, (_, message) => questions.Enqueue(message));
        var report = await nodes.Inspector.FindUserAsync("ann", Cancelled);

        Assert.Equal(Enumerable.Range(2, 10).Reverse().Select(i => $"event {i}"), report.Events.Select(item => item.Event.Event));
        Assert.All(report.Events, item => Assert.Equal((DeliveryOutcome.WrittenNotShown, true), (item.Verdict.Outcome, item.Verdict.IsExact)));
        await listener.GetSubscriber().PublishAsync(channel, "end");
        await Until.TrueAsync(() => questions.Contains("end"), "all questions were heard");
        Assert.InRange(questions.Count, 2, 5);
    }

    [Fact]
    public async Task Event_whose_trace_is_not_recorded_says_so()
    {
        await using var nodes = await InspectedNodes.StartAsync((await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString);
        var recorded = await nodes.First.Publisher.PublishAsync(ChannelName.Broadcast, "recorded", "", cancellationToken: Cancelled);
        PublishResult unrecorded;
        using (new Activity("a request that the sampler left out").Start())
        {
            unrecorded = await nodes.First.Publisher.PublishAsync(ChannelName.Broadcast, "left out", "", cancellationToken: Cancelled);
        }

        foreach (var (result, isSampled) in new[] { (recorded, true), (unrecorded, false) })
        {
            var journey = await nodes.Inspector.FindJourneyAsync(ChannelName.Broadcast, result.Position!.Value.ToString(), Cancelled);
            Assert.Equal((32, isSampled), (journey!.Event.TraceId!.Length, journey.Event.IsSampled));
        }
    }

    [Fact]
    public async Task Nodes_tell_their_figures_while_somebody_watches_and_nothing_of_it_is_logged_or_remembered()
    {
        var redis = (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString;
        await using var nodes = await InspectedNodes.StartAsync(redis, new() { ["Push:Inspection:SampleInterval"] = "00:00:01" });
        await using var watching = await PushNode.StartAsync(
            redis, nodes.Prefix, new Dictionary<string, string?> { ["Push:Inspection:SampleInterval"] = "00:00:01" },
            builder => builder.Services.AddPush().AddInspection().AddAuthorizer((_, channel, _) => channel == InspectionChannel.Name));
        await using var stream = await watching.OpenAsync("/sse?channel=inspector", user: "admin");

        HashSet<string> heard = [];
        while (heard.Count < 3)
        {
            var item = await stream.NextAsync();
            Assert.Equal(InspectionChannel.NodeEvent, item.Name);
            heard.Add(JsonSerializer.Deserialize<NodeReport>(item.Data, InspectionJson.Options)!.Node);
        }

        Assert.Empty((await nodes.Inspector.GetEventsAsync(null, ephemeral: true, 100, Cancelled)).Items);
        var channel = Assert.Single((await nodes.Inspector.GetChannelsAsync("inspector", 0, 10, Cancelled)).Items);
        Assert.Equal(0, channel.LogLength);
        Assert.All((await nodes.Inspector.GetNodesAsync(withHistory: true, Cancelled)).Items.SelectMany(node => node.History!), sample => Assert.Equal(0, sample.Deliveries));
    }

    [Fact]
    public async Task Node_that_stops_says_so_at_once_and_is_remembered_by_the_others()
    {
        var redis = (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString;
        await using var nodes = await InspectedNodes.StartAsync(redis);
        await using var watching = await PushNode.StartAsync(
            redis, nodes.Prefix, null, builder => builder.Services.AddPush().AddInspection().AddAuthorizer((_, channel, _) => channel == InspectionChannel.Name));
        await InspectedNodes.ListensAsync(watching);
        await using var stream = await watching.OpenAsync("/sse?channel=inspector", user: "admin");
        var leaving = nodes.Second.Services.GetRequiredService<NodeName>().Value;

        await nodes.Second.StopAsync();

        List<NodeState> said = [];
        while (said is not [.., NodeState.Stopped])
        {
            var report = JsonSerializer.Deserialize<NodeReport>((await stream.NextAsync()).Data, InspectionJson.Options)!;
            if (report.Node == leaving && (said.Count == 0 || said[^1] != report.State))
            {
                said.Add(report.State);
            }
        }

        Assert.Equal([NodeState.Stopping, NodeState.Stopped], said.Where(state => state != NodeState.Running));
        var page = await nodes.Inspector.GetNodesAsync(withHistory: false, Cancelled);
        Assert.Equal((3, 0), (page.Total, page.MissingNodes));
        Assert.Equal((leaving, NodeState.Stopped), (page.Items[^1].Node, page.Items[^1].State));
        Assert.All(page.Items.SkipLast(1), report => Assert.Equal(NodeState.Running, report.State));
    }

    [Fact]
    public async Task Node_that_lost_the_broker_tells_what_it_knows_by_itself()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, Cancelled);
        await using var nodes = await InspectedNodes.StartAsync(broker.ConnectionString, new() { ["Push:Inspection:AnswerTimeout"] = "00:00:00.5" });
        await using var here = await nodes.First.OpenAsync(user: "ann");
        await Until.TrueAsync(async () => (await nodes.Inspector.GetNodesAsync(withHistory: false, Cancelled)).Total == 2, "both nodes answer in so short a time");
        await broker.KillAsync();

        var page = await nodes.Inspector.GetNodesAsync(withHistory: true, Cancelled);
        Assert.Equal(-1, page.MissingNodes);
        Assert.False(Assert.Single(page.Items).BrokerConnected);
        Assert.Equal("ann", Assert.Single((await nodes.Inspector.GetConnectionsAsync(null, 0, 10, Cancelled)).Items).User);
    }
}
