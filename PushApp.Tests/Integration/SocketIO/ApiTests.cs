using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>The API on one node without a broker, with the official client.</summary>
public sealed class ApiTests(SocketIOClientsFixture fixture) : IClassFixture<SocketIOClientsFixture>
{
    private static readonly string[] Nothing = [];
    private static readonly string[] XAndY = ["x", "y"];
    private static readonly string[] OnlyX = ["x"];

    private readonly Journal _journal = new();

    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    [InlineData("polling,websocket")]
    public async Task Events_acknowledgements_and_bytes_go_both_ways(string names)
    {
        var transports = names.Split(',');
        await using var node = await StartAsync();
        var client = await (await fixture.GetAsync()).OpenAsync(node.Address, new { transports });
        var connected = await client.NextAsync("connect");
        Assert.Equal((string)connected.Arguments[0]!["id"]!, (string)(await client.NextAsync("welcome")).Arguments[0]!);

        Assert.Equal("[12]", (await client.AskAsync("add", 2)).ToJsonString());
        Assert.Equal("[5]", (await client.AskAsync("add", 2, 3)).ToJsonString());
        Assert.Equal("""[{"name":"Ann","age":42}]""", (await client.AskAsync("grow", new { name = "Ann", age = 41 })).ToJsonString());
        Assert.Equal("""["one",[1,2]]""", (await client.AskAsync("pair")).ToJsonString());
        Assert.Equal("""[{"$bytes":"AwIB"}]""", (await client.AskAsync("reverse", new JsonObject { ["$bytes"] = "AQID" })).ToJsonString());
        Assert.Equal("""[{"x":[{"$bytes":"AQID"}]},"é"]""", Plain(await client.AskAsync("echo it", new { x = new[] { new JsonObject { ["$bytes"] = "AQID" } } }, "é")));
        Assert.Equal("[null]", (await client.AskAsync("maybe", [null])).ToJsonString());
        Assert.Equal("[]", (await client.AskAsync("remember", "a", "b")).ToJsonString());
        Assert.Equal("""["b"]""", (await client.AskAsync("recall", "a")).ToJsonString());
        Assert.Equal("""["False True"]""", (await client.AskAsync("service")).ToJsonString());
        if (transports.Length == 2)
        {
            await Until.TrueAsync(async () => await client.TransportAsync() == "websocket", "the client upgrades");
        }

        Assert.Equal(transports[^1], await client.TransportAsync());
        await client.AnswerAsync("question", "answer");
        Assert.Equal("""["answer"]""", (await client.AskAsync("askMe", "what?")).ToJsonString());
    }

    [Fact]
    public async Task Errors_are_told_to_the_client_and_nothing_more()
    {
        await using var node = await StartAsync();
        var client = await ConnectAsync(node);

        Assert.Equal("invalid_arguments", Error(await client.AskAsync("add", "x")));
        Assert.Equal("invalid_arguments", Error(await client.AskAsync("add")));
        Assert.Equal("invalid_arguments", Error(await client.AskAsync("reverse", "!!")));
        Assert.Equal("no_such_event", Error(await client.AskAsync("noEvent")));
        Assert.Equal("no_such_event", Error(await client.AskAsync("toString")));
        Assert.Equal("access_denied", Error(await client.AskAsync("whoami")));
        var failed = await client.AskAsync("fail");
        Assert.Equal("failed", Error(failed));
        Assert.DoesNotContain("secret", failed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("""[{"error":{"name":"closed","message":"Not today.","data":{"until":"tomorrow"}}}]""", (await client.AskAsync("refuse")).ToJsonString());

        await client.EmitAsync("refuse");
        Assert.Equal("""[{"name":"closed","event":"refuse","message":"Not today.","data":{"until":"tomorrow"}}]""", (await client.NextAsync("error")).Arguments.ToJsonString());
    }

    [Fact]
    public async Task Rooms_and_exceptions_reach_each_socket_once()
    {
        await using var node = await StartAsync();
        var a = await ConnectAsync(node);
        var b = await ConnectAsync(node);
        var c = await ConnectAsync(node);
        await a.AskAsync("subscribe", "x", "y");
        await b.AskAsync("subscribe", "x", "y");
        Assert.Equal("x", (string)(await a.NextAsync("joined")).Arguments[0]!);
        Assert.Equal("y", (string)(await a.NextAsync("joined")).Arguments[0]!);

        await a.AskAsync("toRooms", XAndY, Nothing, "both");
        await a.AskAsync("toOthers", "x", "others");
        await a.AskAsync("toRooms", Nothing, OnlyX, "outside");
        await a.AskAsync("myevent", "x", 1, new { a = "b" });
        await a.AskAsync("unsubscribe", "x");
        await a.AskAsync("toAll", "end");
        foreach (var client in (SocketIOClient[])[a, b, c])
        {
            while ((string)(await client.NextAsync("said")).Arguments[0]! != "end")
            {
            }
        }

        Assert.Equal(["both", "end"], Said(a));
        Assert.Equal(["both", "others", "end"], Said(b));
        Assert.Equal(["outside", "end"], Said(c));
        Assert.Equal("""[1,{"a":"b"}]""", Assert.Single(b.Of("myevent")).Arguments.ToJsonString());
        Assert.Empty(c.Of("myevent"));
        Assert.Equal("""[["y"]]""", (await a.AskAsync("myRooms")).ToJsonString());
    }

    [Fact]
    public async Task The_id_of_another_socket_is_no_room_to_join()
    {
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>("/trusting").TrustRooms());
        var victim = await ConnectAsync(node);
        var client = await ConnectAsync(node);
        var victimsId = (string)victim.Of("welcome")[0].Arguments[0]!;
        var ownId = (string)client.Of("welcome")[0].Arguments[0]!;

        Assert.Equal("access_denied", Error(await client.AskAsync("subscribe", victimsId)));
        Assert.Equal("access_denied", Error(await client.AskAsync("joinTrusted", victimsId)));
        Assert.Equal("[]", (await client.AskAsync("subscribe", ownId)).ToJsonString());
        await node.Server.Main.To(ownId).SocketsJoinAsync(victimsId);
        await client.AskAsync("toRooms", new[] { victimsId, "x" }, Nothing, "private");
        await victim.NextAsync("said");
        await client.AskAsync("toAll", "end");
        await client.NextAsync("said");

        Assert.Equal(["end"], Said(client));
        Assert.Equal("[[]]", (await client.AskAsync("myRooms")).ToJsonString());
    }

    [Fact]
    public async Task Bytes_reach_a_room_in_one_event()
    {
        await using var node = await StartAsync();
        var client = await ConnectAsync(node);
        await client.AskAsync("subscribe", "x");

        await client.AskAsync("bytes", "x", new JsonObject { ["$bytes"] = "AQID" });

        Assert.Equal("""[{"bytes":{"$bytes":"AQID"},"text":"é"},{"$bytes":"AQID"}]""", Plain((await client.NextAsync("bytes")).Arguments));
    }

    [Fact]
    public async Task Events_of_a_socket_are_handled_in_their_order()
    {
        await using var node = await StartAsync();
        var client = await ConnectAsync(node);
        await client.AskAsync("subscribe", "x");
        for (var i = 0; i < 300; i++)
        {
            await client.EmitAsync("myevent", "x", i);
        }

        await client.AskAsync("add", 1, 1);
        Assert.Equal(Enumerable.Range(0, 300), client.Of("myevent").Select(item => (int)item.Arguments[0]!));
    }

    [Fact]
    public async Task A_connection_can_be_refused_with_data_and_unknown_namespaces_are()
    {
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>("/closed").RequireAuthorization());
        var clients = await fixture.GetAsync();

        var refused = await clients.OpenAsync(node.Address, new { auth = new { refuse = "full" } });
        Assert.Equal("""["full",{"code":7}]""", (await refused.NextAsync("connect_error")).Arguments.ToJsonString());
        var unknown = await clients.OpenAsync(node.Address, @namespace: "/nowhere");
        Assert.Equal("""["Invalid namespace",null]""", (await unknown.NextAsync("connect_error")).Arguments.ToJsonString());
        var denied = await clients.OpenAsync(node.Address, @namespace: "/closed");
        Assert.Equal("You may not connect to '/closed'.", (string)(await denied.NextAsync("connect_error")).Arguments[0]!);
        var allowed = await clients.OpenAsync(node.Address, @namespace: "/closed", headers: SocketIONode.As("ann"));
        await allowed.NextAsync("connect");
        Assert.Equal("""["ann"]""", (await allowed.AskAsync("whoami")).ToJsonString());
    }

    [Fact]
    public async Task A_socket_that_is_ended_while_it_connects_is_refused_and_the_namespace_goes_on()
    {
        await using var node = await StartAsync(io => io
            .MapNamespace<TestNamespace>(new System.Text.RegularExpressions.Regex("^/tenant-\\d+$"))
            .UseConnect(async (context, next) =>
            {
                if (context.Socket.Handshake.Auth.TryGetProperty("end", out var how))
                {
                    context.Socket.Disconnect();
                    if (how.GetString() == "throw")
                    {
                        throw new SocketException("thrown");
                    }
                }

                await next();
            }));
        var clients = await fixture.GetAsync();
        var stays = await clients.OpenAsync(node.Address, @namespace: "/tenant-1");
        await stays.NextAsync("welcome");

        // Each would take one too many from the count of those who use the namespace, which ends with its last.
        foreach (var (how, message) in (KeyValuePair<string, string>[])[new("throw", "thrown"), new("pass", "You were disconnected while you connected.")])
        {
            var ended = await clients.OpenAsync(node.Address, new { auth = new { end = how } }, @namespace: "/tenant-1");
            Assert.Equal(message, (string)(await ended.NextAsync("connect_error")).Arguments[0]!);
        }

        var comes = await clients.OpenAsync(node.Address, @namespace: "/tenant-1");
        await comes.NextAsync("welcome");
        await comes.AskAsync("toAll", "to both");
        await stays.NextAsync("said");
        Assert.Equal(["to both"], Said(stays));
    }

    [Fact]
    public async Task Dynamic_namespaces_are_apart()
    {
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>(new System.Text.RegularExpressions.Regex("^/tenant-\\d+$")));
        var clients = await fixture.GetAsync();
        var one = await clients.OpenAsync(node.Address, @namespace: "/tenant-1");
        var two = await clients.OpenAsync(node.Address, @namespace: "/tenant-2");
        await one.NextAsync("welcome");
        await two.NextAsync("welcome");

        await one.AskAsync("toAll", "first");
        await two.AskAsync("toAll", "second");
        await one.NextAsync("said");
        await two.NextAsync("said");

        Assert.Equal(["first"], Said(one));
        Assert.Equal(["second"], Said(two));
    }

    [Theory]
    [InlineData(false, "websocket")]
    [InlineData(true, "websocket")]
    [InlineData(false, "polling")]
    [InlineData(true, "polling")]
    public async Task The_server_disconnects_with_the_references_reasons(bool close, string transport)
    {
        await using var node = await StartAsync();
        var client = await ConnectAsync(node, new { reconnection = false, transports = new[] { transport } });
        await client.AskAsync("subscribe", "x", "y");
        await client.EmitAsync("work");
        await Until.TrueAsync(() => _journal.Lines.Contains("work began"), "the handler is at work");
        await client.EmitAsync("kick", close);

        // Its handlers run one after the other: this disconnection waits for none of them, and ends the work.
        await node.Server.Main.DisconnectSocketsAsync(close, TestContext.Current.CancellationToken);
        var reason = (string)(await client.NextAsync("disconnect")).Arguments[0]!;

        Assert.Equal("io server disconnect", reason);
        await Until.TrueAsync(() => _journal.Lines.Any(line => line.StartsWith("disconnected", StringComparison.Ordinal)), "the namespace hears of it");
        Assert.Contains("work ended", _journal.Lines);
        Assert.Contains("disconnected server namespace disconnect x+y", _journal.Lines);
    }

    [Fact]
    public async Task A_client_that_leaves_is_told_to_the_namespace()
    {
        await using var node = await StartAsync();
        var client = await ConnectAsync(node);

        await client.DisconnectAsync();

        await Until.TrueAsync(() => _journal.Lines.Contains("disconnected client namespace disconnect "), "the namespace hears of it");
    }

    [Fact]
    public async Task What_a_socket_may_send_can_change_during_its_connection()
    {
        await using var node = await StartAsync();
        var client = await ConnectAsync(node);

        Assert.Equal("""["narrowed"]""", (await client.AskAsync("login")).ToJsonString());
        Assert.Equal("[2]", (await client.AskAsync("add", 1, 1)).ToJsonString());
        Assert.Equal("access_denied", Error(await client.AskAsync("pair")));
    }

    [Fact]
    public async Task Filters_run_around_connecting_and_events()
    {
        await using var node = await StartAsync(
            io => io
                .UseConnect(async (context, next) =>
                {
                    context.Socket.Items["seen"] = "yes";
                    await next();
                })
                .UseEvents(async (context, next) =>
                {
                    if (context.EventName == "blocked")
                    {
                        context.Answer = SocketArguments.From($"not handled, seen: {context.Socket.Items["seen"]}");
                        return;
                    }

                    await next();
                    context.Answer = context.AsksForAck && context.EventName == "add" ? SocketArguments.From(context.Answer!.Get<int>(0) * 100) : context.Answer;
                }));
        var client = await ConnectAsync(node);

        Assert.Equal("""["not handled, seen: yes"]""", (await client.AskAsync("blocked")).ToJsonString());
        Assert.Equal("[200]", (await client.AskAsync("add", 1, 1)).ToJsonString());
    }

    [Fact]
    public async Task Sockets_are_asked_listed_and_moved_from_outside()
    {
        await using var node = await StartAsync();
        var a = await ConnectAsync(node);
        var b = await ConnectAsync(node);
        await a.AnswerAsync("how many", 3);
        await b.AnswerAsync("how many", 4);
        await a.AskAsync("remember", "name", "Ann");

        var answers = await node.Server.Main.EmitWithAckAsync<int>("how many", SocketArguments.Empty, TestContext.Current.CancellationToken);
        Assert.True(answers.IsComplete);
        Assert.Equal([3, 4], answers.Answers.Order());
        var late = await node.Server.Main.Timeout(TimeSpan.FromMilliseconds(100)).EmitWithAckAsync<int>("nobody answers", SocketArguments.Empty, TestContext.Current.CancellationToken);
        Assert.Equal((2, 0), (late.Expected, late.Answers.Count));

        var sockets = await node.Server.Main.FetchSocketsAsync(TestContext.Current.CancellationToken);
        var ann = Assert.Single(sockets, socket => socket.GetData<string>("name") == "Ann");
        await ann.JoinAsync("moved");
        await node.Server.Main.To("moved").EmitAsync("said", "only Ann", TestContext.Current.CancellationToken);
        await a.NextAsync("said");
        await ann.EmitAsync("said", "you", TestContext.Current.CancellationToken);
        await a.NextAsync("said");
        Assert.Empty(b.Of("said"));
    }

    [Fact]
    public async Task Clients_of_version_2_connect_behind_the_option()
    {
        await using var node = await StartAsync(io => io.MapNamespace<TestNamespace>("/custom"));
        var clients = await fixture.GetAsync();
        foreach (var (name, transports) in new[] { ("/", new[] { "polling" }), ("/", ["websocket"]), ("/custom", ["polling", "websocket"]) })
        {
            var client = await clients.OpenAsync(node.Address, new { transports }, name, version: 2);
            await client.NextAsync("connect");
            await client.NextAsync("welcome");
            Assert.Equal("[5]", (await client.AskAsync("add", 2, 3)).ToJsonString());
            Assert.Equal("""[{"$bytes":"AwIB"}]""", (await client.AskAsync("reverse", new JsonObject { ["$bytes"] = "AQID" })).ToJsonString());
        }
    }

    [Fact]
    public async Task Limits_hold_for_rooms_and_namespaces()
    {
        await using var node = await StartAsync(
            io => io.MapNamespace<TestNamespace>((_, _, _) => new(true)), options => (options.MaxRooms, options.MaxNamespaces) = (2, 1));
        var client = await ConnectAsync(node);

        Assert.Equal("too_many_rooms", Error(await client.AskAsync("subscribe", "a", "b", "c")));
        Assert.Equal("""[["a","b"]]""", (await client.AskAsync("myRooms")).ToJsonString());
    }

    private async Task<SocketIONode> StartAsync(Action<SocketIOBuilder>? map = null, Action<SocketIOOptions>? options = null) => await SocketIONode.StartAsync(
        io =>
        {
            io.MapNamespace<TestNamespace>();
            map?.Invoke(io);
        },
        options: options,
        services: services => services.AddSingleton(_journal));

    private async Task<SocketIOClient> ConnectAsync(SocketIONode node, object? options = null)
    {
        var client = await (await fixture.GetAsync()).OpenAsync(node.Address, options);
        await client.NextAsync("welcome");
        return client;
    }

    private static string Error(JsonArray answer) => (string)answer[0]!["error"]!["name"]!;

    private static string[] Said(SocketIOClient client) => [.. client.Of("said").Select(item => (string)item.Arguments[0]!)];

    private static string Plain(JsonNode node) => node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
