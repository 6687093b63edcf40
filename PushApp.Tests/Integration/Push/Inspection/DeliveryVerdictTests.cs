using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Inspection;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Inspection;

/// <summary>Two nodes; it is always the first that is asked, whichever holds the connection.</summary>
public sealed class DeliveryVerdictTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BrokerKind.RedisServer)]
    [InlineData(BrokerKind.Garnet)]
    public async Task Event_written_by_the_other_node_is_written_and_not_shown_until_a_browser_says_so(BrokerKind kind)
    {
        await using var nodes = await StartAsync(kind);
        await using var stream = await nodes.Second.OpenAsync(user: "alice");
        var journey = await PublishAsync(nodes, ChannelName.User("alice"));

        var track = Assert.Single(journey.Nodes);
        var delivery = Assert.Single(track.Deliveries);
        Assert.Equal(("alice", "sse", DeliveryState.Written), (delivery.User, delivery.Carrier, delivery.State));
        Assert.True(track.ReceivedAt <= track.LastWrittenAt);
        Assert.NotNull(journey.Publish);
        Assert.Equal(LogState.Kept, journey.Log);
        var verdict = await nodes.Inspector.ExplainAsync("Alice", journey, Cancelled);
        Assert.Equal(DeliveryOutcome.WrittenNotShown, verdict.Outcome);
        Assert.True(verdict.IsExact);

        // What the browser was told with the event is what it names when it has shown it.
        var span = track.TraceParent!;
        nodes.Second.Services.GetRequiredService<IInspector>().Shown(new RecordedShow(
            "alice", ChannelName.User("alice"), "test", null, span.Substring(3, 32), span.Substring(36, 16), "sse", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow));
        Assert.Equal(DeliveryOutcome.Shown, (await nodes.ExplainAsync("alice", journey.Event)).Outcome);
    }

    [Fact]
    public async Task Who_was_not_there_and_who_came_later_is_not_connected()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer);
        var journey = await PublishAsync(nodes, ChannelName.User("alice"));

        var absent = await nodes.ExplainAsync("alice", journey.Event);
        Assert.Equal(DeliveryOutcome.NotConnected, absent.Outcome);
        Assert.Contains("waits in the log", absent.Explanation, StringComparison.Ordinal);

        await using var late = await nodes.Second.OpenAsync(user: "alice");
        var came = await nodes.ExplainAsync("alice", journey.Event);
        Assert.Equal(DeliveryOutcome.NotConnected, came.Outcome);
        Assert.Contains("was not connected to", came.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_without_streams_that_began_later_has_nobody_s_connections_to_forget()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer);
        var journey = await PublishAsync(nodes, ChannelName.User("alice"));

        await using var worker = await PushNode.StartAsync(nodes.Redis, nodes.Prefix, configure: builder => builder.Services.AddPush().AddInspection(), map: _ => { });
        await InspectedNodes.ListensAsync(worker);
        Assert.Equal(3, await CountAsync());
        Assert.Equal(DeliveryOutcome.NotConnected, (await nodes.ExplainAsync("alice", journey.Event)).Outcome);

        await using var web = await PushNode.StartAsync(nodes.Redis, nodes.Prefix, configure: builder => builder.Services.AddPush().AddInspection());
        await InspectedNodes.ListensAsync(web);
        Assert.Equal(4, await CountAsync());
        var verdict = await nodes.ExplainAsync("alice", journey.Event);
        Assert.Equal(DeliveryOutcome.Unknown, verdict.Outcome);
        Assert.Contains("began at", verdict.Explanation, StringComparison.Ordinal);

        async Task<int> CountAsync() => (await nodes.Inspector.GetNodesAsync(withHistory: false, Cancelled)).Items.Count;
    }

    [Fact]
    public async Task Who_comes_back_with_a_cursor_has_it_written_then()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer);
        var cursor = await ComeAndGoAsync(nodes);
        await Until.TrueAsync(() => nodes.Second.Connections == 0, "the node knows that the stream has ended");
        await nodes.First.Publisher.PublishAsync(ChannelName.User("alice"), "first", "", cancellationToken: Cancelled);
        var journey = await PublishAsync(nodes, ChannelName.User("alice"), "second");
        Assert.Contains("(client)", (await nodes.ExplainAsync("alice", journey.Event)).Explanation, StringComparison.Ordinal);

        await using var after = await nodes.Second.OpenAsync(user: "alice", lastEventId: cursor);
        Assert.Equal(["first", "second"], (await after.NextAsync(2)).Select(item => item.Name));
        var verdict = await nodes.ExplainAsync("alice", journey.Event);
        Assert.Equal(DeliveryOutcome.WrittenNotShown, verdict.Outcome);
        Assert.Equal(DeliveryState.Resumed, Assert.Single(verdict.Deliveries).State);
    }

    [Fact]
    public async Task Who_comes_back_to_a_node_that_never_had_the_event_has_it_written_there_from_the_log()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer);
        var cursor = await ComeAndGoAsync(nodes);
        var journey = await PublishAsync(nodes, ChannelName.User("alice"));
        await using var fresh = await PushNode.StartAsync(nodes.Redis, nodes.Prefix, configure: builder => builder.Services.AddPush().AddInspection());
        await using var after = await fresh.OpenAsync(user: "alice", lastEventId: cursor);
        Assert.Equal("test", (await after.NextAsync()).Name);

        journey = (await nodes.Inspector.FindJourneyAsync(ChannelName.User("alice"), journey.Event.Id, Cancelled))!;
        var track = Assert.Single(journey.Nodes, node => node.IsFromLog);
        Assert.Equal((1, DeliveryState.Resumed), (track.Connections, Assert.Single(track.Deliveries).State));
        Assert.True(track.ReceivedAt >= journey.Event.Time);
        Assert.Equal(DeliveryOutcome.WrittenNotShown, (await nodes.ExplainAsync("alice", journey.Event)).Outcome);

        // A note of what was missed pushes out none of what comes.
        Assert.Empty(fresh.Services.GetRequiredService<NodeRecorder>().Events(logged: true, ephemeral: true));
    }

    [Fact]
    public async Task Channel_of_somebody_else_is_not_permitted()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer);
        await using var stream = await nodes.Second.OpenAsync(user: "alice");
        await using var mallory = await nodes.First.OpenAsync(user: "mallory");
        var journey = await PublishAsync(nodes, ChannelName.User("alice"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sse?channel=user:alice");
        request.Headers.Add("X-Test-User", "mallory");
        using var refused = await nodes.Second.Http.SendAsync(request, Cancelled);

        var verdict = await nodes.ExplainAsync("mallory", journey.Event);
        Assert.Equal(DeliveryOutcome.NotPermitted, verdict.Outcome);
        Assert.Contains("Refused at", verdict.Explanation, StringComparison.Ordinal);
        Assert.Equal("user:alice", Assert.Single((await nodes.Inspector.FindUserAsync("mallory", Cancelled)).Refusals).Channel);
    }

    [Fact]
    public async Task Who_stayed_away_for_longer_than_the_log_keeps_it_lost_it_to_its_age()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer, new() { ["Push:History:MaxEvents"] = "3" });
        var journey = await PublishAsync(nodes, ChannelName.User("alice"));
        for (var i = 0; i < 5; i++)
        {
            await nodes.First.Publisher.PublishAsync(ChannelName.User("alice"), "later", "", cancellationToken: Cancelled);
        }

        Assert.Equal(DeliveryOutcome.Expired, (await nodes.ExplainAsync("alice", journey.Event)).Outcome);

        // Also where no process remembers it any more, and only the log's position tells that there was such an event.
        await using var fresh = await PushNode.StartAsync(nodes.Redis, nodes.Prefix, configure: builder => builder.Services.AddPush().AddInspection());
        await nodes.First.DisposeAsync();
        await nodes.Second.DisposeAsync();
        var inspector = fresh.Services.GetRequiredService<IInspector>();
        var forgotten = await inspector.FindJourneyAsync(ChannelName.User("alice"), journey.Event.Id, Cancelled);
        Assert.Equal(LogState.Expired, forgotten!.Log);
        Assert.Null(await inspector.FindJourneyAsync(ChannelName.User("alice"), "9999-00000001", Cancelled));
    }

    [Fact]
    public async Task Client_that_does_not_read_is_told_of_as_dropped_with_its_queue()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer, new() { ["Push:Streams:MaxOutboxBytes"] = "65536" });
        using var deaf = new TcpClient { ReceiveBufferSize = 4096 };
        await deaf.ConnectAsync("127.0.0.1", nodes.Second.Address.Port, Cancelled);
        await deaf.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /sse HTTP/1.1\r\nHost: localhost\r\nX-Test-User: alice\r\n\r\n"), Cancelled);
        await Until.TrueAsync(() => nodes.Second.Connections == 1, "the deaf client has joined");
        var data = new string('x', 60_000);
        PublishResult last;
        do
        {
            last = await nodes.First.Publisher.PublishAsync(ChannelName.User("alice"), "large", data, cancellationToken: Cancelled);
        }
        while (nodes.Second.Connections == 1);

        var page = await nodes.Inspector.GetEventsAsync("user:alice", ephemeral: false, 200, Cancelled);
        List<DeliveryVerdict> verdicts = [];
        foreach (var item in page.Items)
        {
            verdicts.Add(await nodes.ExplainAsync("alice", item));
        }

        Assert.Contains(verdicts, verdict => verdict.Outcome == DeliveryOutcome.Dropped && verdict.Explanation.Contains("MaxOutboxBytes", StringComparison.Ordinal));
        Assert.Equal("slow", Assert.Single((await nodes.Inspector.FindUserAsync("alice", Cancelled)).Ends).Reason);
        Assert.NotNull(last.Position);
    }

    [Fact]
    public async Task Large_fan_out_is_counted_and_what_was_not_noted_is_concluded()
    {
        await using var nodes = await StartAsync(BrokerKind.RedisServer, new() { ["Push:Inspection:DeliveriesPerEvent"] = "2" });
        List<SseReader> readers = [];
        for (var i = 0; i < 6; i++)
        {
            readers.Add(await nodes.Second.OpenAsync(user: $"user{i}"));
        }

        var journey = await PublishAsync(nodes, ChannelName.Broadcast);

        // Each loop tells of its share.
        await Until.TrueAsync(
            async () => (journey = (await nodes.Inspector.FindJourneyAsync(ChannelName.Broadcast, journey.Event.Id, Cancelled))!).Nodes.Sum(node => node.Connections) >= 6,
            "all loops have written it");
        Assert.Equal(6, Assert.Single(journey.Nodes).Connections);
        var noted = journey.Nodes[0].Deliveries.Select(delivery => delivery.User).ToHashSet();
        Assert.Equal(2, noted.Count);
        var other = Enumerable.Range(0, 6).Select(i => $"user{i}").First(user => !noted.Contains(user));
        var verdict = await nodes.ExplainAsync(other, journey.Event);
        Assert.Equal((DeliveryOutcome.WrittenNotShown, false), (verdict.Outcome, verdict.IsExact));
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }
    }

    private async Task<InspectedNodes> StartAsync(BrokerKind kind, Dictionary<string, string?>? settings = null) =>
        await InspectedNodes.StartAsync((await brokers.GetAsync(kind)).ConnectionString, settings);

    /// <summary>Alice opens a stream at the second node, and leaves.</summary>
    /// <returns>The cursor with which she comes back.</returns>
    private static async Task<string> ComeAndGoAsync(InspectedNodes nodes)
    {
        await using var before = await nodes.Second.OpenAsync(user: "alice");
        return before.LastEventId;
    }

    /// <summary>Publishes on the first node, and waits until whoever is there has it.</summary>
    private static async Task<Journey> PublishAsync(InspectedNodes nodes, ChannelName channel, string eventName = "test")
    {
        var connections = nodes.First.Connections + nodes.Second.Connections;
        var result = await nodes.First.Publisher.PublishAsync(channel, eventName, "{}", cancellationToken: Cancelled);
        Journey? journey = null;
        await Until.TrueAsync(
            async () => (journey = await nodes.Inspector.FindJourneyAsync(channel, result.Position!.Value.ToString(), Cancelled))?.Publish is not null
                && (connections == 0 || journey.Nodes.Any(node => node.Connections > 0)),
            "the event is written");
        return journey!;
    }
}
