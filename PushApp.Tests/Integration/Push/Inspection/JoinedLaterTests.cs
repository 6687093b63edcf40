using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Inspection;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.SocketIO;

namespace PushApp.Tests.Integration.Push.Inspection;

/// <summary>Sockets that join a room while they are connected, and what came to it before; two nodes, the official client.</summary>
public sealed class JoinedLaterTests(BrokerFixture brokers, SocketIOClientsFixture fixture) : IClassFixture<BrokerFixture>, IClassFixture<SocketIOClientsFixture>
{
    private static readonly ChannelName Room = ChannelName.Room("x");

    private readonly string _prefix = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_was_connected_and_joined_the_room_after_the_event_is_said_to_have_joined_later()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        await using var bob = await SseReader.OpenAsync(one.Http, "/sse?channel=room:x", "bob");
        var ann = await ConnectAsync(two, "ann");
        var carl = await ConnectAsync(two, "carl");

        // Her node does not know the room yet.
        var first = await PublishAsync(one, "first");
        await ann.AskAsync("subscribe", "x");
        AssertJoinedLater(await ExplainAsync(one, "ann", first));

        // His node does, for her.
        var second = await PublishAsync(one, "second");
        await Until.TrueAsync(async () => (await ExplainAsync(one, "ann", second)).Outcome == DeliveryOutcome.WrittenNotShown, "it is written to her");
        await carl.AskAsync("subscribe", "x");
        AssertJoinedLater(await ExplainAsync(one, "carl", second));

        // What is remembered of a connection that has ended knows it too.
        var inspector = one.Services.GetRequiredService<IInspector>();
        var connection = Assert.Single((await inspector.FindUserAsync("ann", Cancelled)).Connections);
        Assert.True(await inspector.DisconnectAsync(connection.Id, Cancelled));
        await Until.TrueAsync(async () => (await inspector.FindUserAsync("ann", Cancelled)).Ends.Any(end => end.ConnectionId == connection.Id), "her connection has ended");
        Assert.Equal(DeliveryOutcome.NotConnected, (await ExplainAsync(one, "ann", first)).Outcome);
        Assert.Equal(DeliveryOutcome.WrittenNotShown, (await ExplainAsync(one, "ann", second)).Outcome);
    }

    private static void AssertJoinedLater(DeliveryVerdict verdict)
    {
        Assert.Equal((DeliveryOutcome.NotConnected, true), (verdict.Outcome, verdict.IsExact));
        Assert.Contains("was connected, but joined 'room:x' only after it was published", verdict.Explanation, StringComparison.Ordinal);
        Assert.Contains("reads the channel's history", verdict.Explanation, StringComparison.Ordinal);
    }

    private async Task<SocketIONode> StartAsync() => await SocketIONode.StartAsync(
        io => io.MapNamespace<TestNamespace>(),
        (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString,
        _prefix,
        settings: new Dictionary<string, string?> { ["Push:Inspection:AnswerTimeout"] = "00:00:30" },
        services: added =>
        {
            added.AddSingleton<Journal>();
            added.AddPush().AddInspection();
        });

    private async Task<SocketIOClient> ConnectAsync(SocketIONode node, string user)
    {
        var client = await (await fixture.GetAsync()).OpenAsync(node.Address, headers: SocketIONode.As(user));
        await client.NextAsync("welcome");
        return client;
    }

    /// <summary>Bob, who is there, has it when this returns.</summary>
    private static async Task<string> PublishAsync(SocketIONode node, string eventName)
    {
        var result = await node.Publisher.PublishAsync(Room, eventName, "[]", cancellationToken: Cancelled);
        var id = result.Position!.Value.ToString();
        await Until.TrueAsync(
            async () => (await node.Services.GetRequiredService<IInspector>().FindJourneyAsync(Room, id, Cancelled))?.Nodes.Any(track => track.Connections > 0) == true, "it is written");
        return id;
    }

    private static async Task<DeliveryVerdict> ExplainAsync(SocketIONode node, string user, string id)
    {
        var inspector = node.Services.GetRequiredService<IInspector>();
        return await inspector.ExplainAsync(user, (await inspector.FindJourneyAsync(Room, id, Cancelled))!, Cancelled);
    }
}
