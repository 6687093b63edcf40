using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>socket.io-client 2, which makes up its sockets' ids itself, over two nodes.</summary>
public sealed class LegacyClientTests(BrokerFixture brokers, SocketIOClientsFixture fixture) : IClassFixture<BrokerFixture>, IClassFixture<SocketIOClientsFixture>
{
    private readonly string _prefix = Guid.NewGuid().ToString("N")[..8];

    [Theory]
    [InlineData("/", false)]
    [InlineData("/", true)]
    [InlineData("/a-name/of some length", false)]
    [InlineData("/a-name/of some length", true)]
    public async Task Both_sides_have_one_id_and_whoever_knows_it_emits_to_that_socket_alone(string name, bool recovery)
    {
        var token = TestContext.Current.CancellationToken;
        await using var one = await StartAsync(name, recovery);
        await using var two = await StartAsync(name, recovery);
        var clients = await fixture.GetAsync();
        var client = await clients.OpenAsync(one.Address, @namespace: name, version: 2);
        var other = await clients.OpenAsync(one.Address, @namespace: name, version: 2);
        var id = (string)(await client.NextAsync("connect")).Arguments[0]!["id"]!;
        var welcome = (await client.NextAsync("welcome")).Arguments;
        await other.NextAsync("welcome");

        // Without an offset, which it would take for an argument.
        Assert.Equal([id], welcome.Select(argument => (string?)argument));
        Assert.NotEqual(id, (string)other.Of("connect")[0].Arguments[0]!["id"]!);
        Assert.Equal("access_denied", (string)(await other.AskAsync("subscribe", id))[0]!["error"]!["name"]!);
        Assert.Equal("""[[]]""", (await other.AskAsync("myRooms")).ToJsonString());
        await two.Server.Of(name).To(id).EmitAsync("said", "to it", token);
        await two.Server.Of(name).Except(id).EmitAsync("said", "to the other", token);
        await two.Server.Of(name).EmitAsync("said", "to both", token);

        foreach (var (each, first) in new[] { (client, "to it"), (other, "to the other") })
        {
            Assert.Equal(first, (string)(await each.NextAsync("said")).Arguments[0]!);
            Assert.Equal("to both", (string)(await each.NextAsync("said")).Arguments[0]!);
        }
    }

    [Fact]
    public async Task The_query_of_a_namespace_is_what_its_client_connects_with()
    {
        var auth = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>("/admin").UseConnect((context, next) =>
            {
                auth.TrySetResult(context.Socket.Handshake.Auth.GetRawText());
                return next();
            }),
            services: services => services.AddSingleton<Journal>());
        var token = $"{new string('t', 1000)}&=,é";
        var client = await (await fixture.GetAsync()).OpenAsync(node.Address, new { query = new { token, more = 1 } }, "/admin", version: 2);
        await client.NextAsync("welcome");

        var given = JsonNode.Parse(await auth.Task)!;
        Assert.Equal(token, (string)given["token"]!);
        Assert.Equal("1", (string)given["more"]!);
    }

    private async Task<SocketIONode> StartAsync(string name, bool recovery) => await SocketIONode.StartAsync(
        io => io.MapNamespace<TestNamespace>(name),
        (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString,
        _prefix,
        options => options.Recovery.Enabled = recovery,
        services: services => services.AddSingleton<Journal>());
}
