using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>Two nodes on a Redis Cluster, with the official client.</summary>
public sealed class RedisClusterTests(RedisClusterFixture clusters, SocketIOClientsFixture fixture) : IClassFixture<RedisClusterFixture>, IClassFixture<SocketIOClientsFixture>
{
    private static readonly string[] Nothing = [];
    private static readonly string[] XAndY = ["x", "y"];

    private readonly string _prefix = Guid.NewGuid().ToString("N")[..8];

    [Fact]
    public async Task Rooms_acknowledgements_and_sockets_reach_over_the_nodes()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var a = await ConnectAsync(one);
        var b = await ConnectAsync(two);
        var token = TestContext.Current.CancellationToken;
        await a.AskAsync("subscribe", "x");
        await b.AskAsync("subscribe", "x", "y");
        await a.AnswerAsync("how many", 3);
        await b.AnswerAsync("how many", 4);

        for (var i = 0; i < 20; i++)
        {
            await (i % 2 == 0 ? a : b).EmitAsync("myevent", "x", i);
        }

        await a.AskAsync("toRooms", XAndY, Nothing, "both");
        await one.Server.Main.EmitAsync("said", "end", token);
        foreach (var client in new[] { a, b })
        {
            while ((string)(await client.NextAsync("said")).Arguments[0]! != "end")
            {
            }

            await Until.TrueAsync(() => client.Of("myevent").Count >= 20, "all events come");
            Assert.Equal(["both", "end"], client.Of("said").Select(item => (string)item.Arguments[0]!));
        }

        Assert.Equal(a.Of("myevent").Select(item => item.ToString()), b.Of("myevent").Select(item => item.ToString()));

        // As many are asked as there are, at whichever servers of the cluster their connections lie.
        var answers = await one.Server.Main.EmitWithAckAsync<int>("how many", SocketArguments.Empty, token);
        Assert.True(answers.IsComplete);
        Assert.Equal([3, 4], answers.Answers.Order());
        Assert.Equal(2, (await two.Server.Main.FetchSocketsAsync(token)).Count);
        Assert.Equal(["two"], (await one.Server.ServerSideEmitWithAckAsync<string>("/", "who", 1, token)).Answers);
        Assert.Equal(["two"], (await two.Server.ServerSideEmitWithAckAsync<string>("/", "who", 1, token)).Answers);
    }

    private async Task<SocketIONode> StartAsync() => await SocketIONode.StartAsync(
        io => io.MapNamespace<TestNamespace>().OnServerEvent<int, string>("who", (_, _) => new("two")),
        (await clusters.GetAsync()).ConnectionString,
        _prefix,
        services: added => added.AddSingleton<Journal>());

    private async Task<SocketIOClient> ConnectAsync(SocketIONode node)
    {
        var client = await (await fixture.GetAsync()).OpenAsync(node.Address);
        await client.NextAsync("welcome");
        return client;
    }
}
