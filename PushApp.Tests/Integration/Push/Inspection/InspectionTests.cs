using System.Text.Json;
using PushApp.Push;
using PushApp.Push.Inspection;
using PushApp.Tests.Infrastructure;

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
        var channels = await nodes.Inspector.GetChannelsAsync("broadcast", 0, 10, Cancelled);
        var broadcast = Assert.Single(channels.Items);
        Assert.Equal((7, 2), (broadcast.Subscribers, broadcast.Positions.Count));
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
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
    public async Task Node_that_lost_the_broker_tells_what_it_knows_by_itself()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, Cancelled);
        await using var nodes = await InspectedNodes.StartAsync(broker.ConnectionString, new() { ["Push:Inspection:AnswerTimeout"] = "00:00:00.5" });
        await using var here = await nodes.First.OpenAsync(user: "ann");
        Assert.Equal(2, (await nodes.Inspector.GetNodesAsync(withHistory: false, Cancelled)).Total);
        await broker.KillAsync();

        var page = await nodes.Inspector.GetNodesAsync(withHistory: true, Cancelled);
        Assert.Equal(-1, page.MissingNodes);
        Assert.False(Assert.Single(page.Items).BrokerConnected);
        Assert.Equal("ann", Assert.Single((await nodes.Inspector.GetConnectionsAsync(null, 0, 10, Cancelled)).Items).User);
    }
}
