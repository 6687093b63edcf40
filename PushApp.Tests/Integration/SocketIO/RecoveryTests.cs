using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>Clients that lose their connection and come back, with the official client.</summary>
public sealed class RecoveryTests(BrokerFixture brokers, SocketIOClientsFixture fixture) : IClassFixture<BrokerFixture>, IClassFixture<SocketIOClientsFixture>
{
    private readonly string _prefix = Guid.NewGuid().ToString("N")[..8];

    [Theory]
    [InlineData(BrokerKind.Garnet, false)]
    [InlineData(BrokerKind.Garnet, true)]
    [InlineData(BrokerKind.RedisServer, false)]
    [InlineData(BrokerKind.RedisServer, true)]
    public async Task A_client_gets_its_id_rooms_data_and_every_event_it_missed_once(BrokerKind kind, bool elsewhere)
    {
        await using var one = await StartAsync(kind);
        await using var two = await StartAsync(kind);
        var client = await OpenAsync(one, new { reconnectionDelay = 1500, reconnectionDelayMax = 1500, randomizationFactor = 0 });
        var id = (string)(await client.NextAsync("connect")).Arguments[0]!["id"]!;
        await client.NextAsync("welcome");
        await client.AskAsync("subscribe", "x");
        await client.AskAsync("remember", "name", "Ann");
        await EmitAsync(one, 0, 5);
        await Until.TrueAsync(() => client.Of("said").Count == 15, "what comes while it is connected");

        await (elsewhere ? client.RedirectAsync(two.Address) : client.CutAsync());
        await client.NextAsync("disconnect");
        await EmitAsync(one, 5, 10);
        var connected = await client.NextAsync("connect");
        Assert.True((bool)connected.Arguments[0]!["recovered"]!);
        Assert.Equal(id, (string)connected.Arguments[0]!["id"]!);
        Assert.Equal("""["x"]""", (await client.AskAsync("myRooms"))[0]!.ToJsonString());
        Assert.Equal("Ann", (string)(await client.AskAsync("recall", "name"))[0]!);
        await EmitAsync(two, 10, 15);

        await Until.TrueAsync(() => client.Of("said").Count >= 45, "everything comes");
        foreach (var kindOfEmit in new[] { "room", "all", "own" })
        {
            Assert.Equal(Enumerable.Range(0, 15), client.Of("said").Where(item => (string)item.Arguments[0]! == kindOfEmit).Select(item => (int)item.Arguments[1]!));
        }

        // Every event carries where the client stands.
        Assert.All(client.Of("said"), item => Assert.Contains('!', (string)item.Arguments[2]!));

        async Task EmitAsync(SocketIONode node, int from, int to)
        {
            var token = TestContext.Current.CancellationToken;
            for (var i = from; i < to; i++)
            {
                await node.Server.Main.To("x").EmitAsync("said", "room", i, token);
                await node.Server.Main.EmitAsync("said", "all", i, token);
                await node.Server.Main.To(id).EmitAsync("said", "own", i, token);
                await node.Server.Main.To("other").EmitAsync("said", "not for it", i, token);
            }
        }
    }

    [Fact]
    public async Task A_client_whose_node_stops_goes_on_at_another()
    {
        var one = await StartAsync(BrokerKind.RedisServer);
        await using var two = await StartAsync(BrokerKind.RedisServer);
        var client = await OpenAsync(one, new { reconnectionDelay = 500, reconnectionDelayMax = 500 });
        await client.NextAsync("welcome");
        await client.AskAsync("subscribe", "x");
        await client.AimAsync(two.Address);

        await one.StopAsync();
        await client.NextAsync("disconnect");
        await two.Server.Main.To("x").EmitAsync("said", "meanwhile", TestContext.Current.CancellationToken);
        await one.DisposeAsync();

        Assert.True((bool)(await client.NextAsync("connect")).Arguments[0]!["recovered"]!);
        Assert.Equal("meanwhile", (string)(await client.NextAsync("said")).Arguments[0]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_comes_back_before_its_loss_was_noticed_takes_its_place(bool elsewhere)
    {
        await using var one = await StartAsync(BrokerKind.RedisServer);
        await using var two = await StartAsync(BrokerKind.RedisServer);
        var place = elsewhere ? two : one;
        using var first = await RawClient.OpenAsync(one, "");
        var (id, privateId) = await first.ConnectedAsync();
        await first.SendAsync("42[\"subscribe\",\"x\"]");
        Assert.StartsWith("42[\"welcome\"", await first.ReceiveTextAsync(), StringComparison.Ordinal);
        Assert.StartsWith("42[\"joined\",\"x\"", await first.ReceiveTextAsync(), StringComparison.Ordinal);

        // Twice: the second time what is kept must still be the new socket's.
        for (var i = 0; i < 2; i++)
        {
            var next = await RawClient.ReturnAsync(place, privateId);
            Assert.Equal((id, privateId), await next.ConnectedAsync());
            await place.Server.Main.To("x").EmitAsync("said", i, TestContext.Current.CancellationToken);
            await next.ReceiveAsync($"42[\"said\",{i},");
            Assert.Single(await place.Server.Main.FetchSocketsAsync(TestContext.Current.CancellationToken));
            next.Dispose();
        }
    }

    [Fact]
    public async Task Another_user_does_not_get_it()
    {
        await using var node = await StartAsync(BrokerKind.RedisServer);
        var first = await OpenAsync(node, headers: SocketIONode.As("ann"));
        var id = (string)(await first.NextAsync("connect")).Arguments[0]!["id"]!;
        await first.NextAsync("welcome");
        await first.AskAsync("subscribe", "x");
        await first.CutAsync();
        await first.NextAsync("connect");

        // With her private id, which nobody else should know, and another sign-in.
        var redis = StackExchange.Redis.ConnectionMultiplexer.Connect((await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString);
        var key = redis.GetServers()[0].Keys(pattern: $"{_prefix}:*:recovery").Single().ToString();
        await redis.DisposeAsync();
        var privateId = key.Split('{', '}')[1];
        var second = await OpenAsync(node, new { auth = new { pid = privateId } }, SocketIONode.As("bob"));
        var connected = await second.NextAsync("connect");

        Assert.NotEqual(id, (string)connected.Arguments[0]!["id"]!);
        Assert.False((bool)connected.Arguments[0]!["recovered"]!);
        Assert.Equal("[[]]", (await second.AskAsync("myRooms")).ToJsonString());
        Assert.Equal("""[["x"]]""", (await first.AskAsync("myRooms")).ToJsonString());
    }

    [Fact]
    public async Task What_is_no_longer_in_the_history_means_not_recovered()
    {
        await using var node = await StartAsync(BrokerKind.RedisServer, new Dictionary<string, string?> { ["Push:History:MaxEvents"] = "5" });
        var client = await OpenAsync(node, new { reconnectionDelay = 1500, reconnectionDelayMax = 1500, randomizationFactor = 0 });
        await client.NextAsync("welcome");
        await client.AskAsync("subscribe", "x");
        await node.Server.Main.To("x").EmitAsync("said", "seen", TestContext.Current.CancellationToken);
        await client.NextAsync("said");

        await client.CutAsync();
        await client.NextAsync("disconnect");
        await node.Publisher.PurgeAsync("room:x", TestContext.Current.CancellationToken);
        for (var i = 0; i < 10; i++)
        {
            await node.Server.Main.To("x").EmitAsync("said", $"missed {i}", TestContext.Current.CancellationToken);
        }

        Assert.False((bool)(await client.NextAsync("connect")).Arguments[0]!["recovered"]!);
        Assert.Equal("[[]]", (await client.AskAsync("myRooms")).ToJsonString());
        Assert.Single(client.Of("said"));

        // It kept its old offset, which belongs to the old private id; the next loss recovers all the same.
        await client.AskAsync("subscribe", "x");
        await client.CutAsync();
        await client.NextAsync("disconnect");
        await node.Server.Main.To("x").EmitAsync("said", "missed", TestContext.Current.CancellationToken);
        Assert.True((bool)(await client.NextAsync("connect")).Arguments[0]!["recovered"]!);
        await client.NextAsync("said");
    }

    [Fact]
    public async Task A_room_that_the_user_may_not_read_any_more_means_not_recovered()
    {
        var closed = false;
        await using var node = await StartAsync(
            BrokerKind.RedisServer, services: services => services.AddPush().AddAuthorizer((_, channel, _) => channel.Value == "room:secret" && !Volatile.Read(ref closed)));
        var client = await OpenAsync(node, new { reconnectionDelay = 500, reconnectionDelayMax = 500 });
        await client.NextAsync("welcome");
        await client.AskAsync("subscribe", "secret");

        await client.CutAsync();
        await client.NextAsync("disconnect");
        Volatile.Write(ref closed, true);

        Assert.False((bool)(await client.NextAsync("connect")).Arguments[0]!["recovered"]!);
    }

    private async Task<SocketIONode> StartAsync(BrokerKind kind, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null) => await SocketIONode.StartAsync(
        io => io.MapNamespace<TestNamespace>(),
        (await brokers.GetAsync(kind)).ConnectionString,
        _prefix,
        options => options.Recovery.Enabled = true,
        settings,
        added =>
        {
            added.AddSingleton<Journal>();
            services?.Invoke(added);
        });

    private async Task<SocketIOClient> OpenAsync(SocketIONode node, object? options = null, IReadOnlyDictionary<string, string>? headers = null) =>
        await (await fixture.GetAsync()).OpenAsync(node.Address, options, headers: headers);
}
