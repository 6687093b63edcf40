using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>Two nodes beside one broker, with the official client.</summary>
public sealed class SeveralNodesTests(BrokerFixture brokers, SocketIOClientsFixture fixture) : IClassFixture<BrokerFixture>, IClassFixture<SocketIOClientsFixture>
{
    private static readonly int[] OneTwo = [1, 2];
    private static readonly string[] Nothing = [];
    private static readonly string[] XAndY = ["x", "y"];
    private static readonly string[] OnlyX = ["x"];
    private static readonly string[] OnlyY = ["y"];

    private readonly string _prefix = Guid.NewGuid().ToString("N")[..8];

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Each_event_reaches_each_socket_on_all_nodes_once(BrokerKind kind)
    {
        await using var one = await StartAsync(kind);
        await using var two = await StartAsync(kind);
        SocketIOClient[] clients = [await ConnectAsync(one), await ConnectAsync(two), await ConnectAsync(two), await ConnectAsync(one)];
        await clients[0].AskAsync("subscribe", "x", "y");
        await clients[1].AskAsync("subscribe", "x", "y");
        await clients[2].AskAsync("subscribe", "y");

        for (var i = 0; i < 50; i++)
        {
            await clients[i % 2].EmitAsync("myevent", "x", i);
        }

        await clients[0].AskAsync("toRooms", XAndY, Nothing, "both");
        await clients[0].AskAsync("toOthers", "x", "others");
        await clients[0].AskAsync("toRooms", Nothing, OnlyX, "outside x");
        await clients[0].AskAsync("bytes", "y", new JsonObject { ["$bytes"] = "AQID" });
        await clients[0].AskAsync("add", 1, 1);
        await clients[1].AskAsync("add", 1, 1);
        await one.Server.Main.EmitAsync("said", "end", TestContext.Current.CancellationToken);
        foreach (var client in clients)
        {
            while ((string)(await client.NextAsync("said")).Arguments[0]! != "end")
            {
            }
        }

        Assert.Equal(["both", "end"], Said(clients[0]));
        Assert.Equal(["both", "others", "end"], Said(clients[1]));
        Assert.Equal(["both", "outside x", "end"], Said(clients[2]));
        Assert.Equal(["outside x", "end"], Said(clients[3]));
        foreach (var client in clients[..2])
        {
            await Until.TrueAsync(() => client.Of("myevent").Count >= 50, "all events come");
            Assert.Equal(Enumerable.Range(0, 50), client.Of("myevent").Select(item => (int)item.Arguments[0]!).Order());
            Assert.Equal(Enumerable.Range(0, 25).Select(i => i * 2), client.Of("myevent").Select(item => (int)item.Arguments[0]!).Where(i => i % 2 == 0));
        }

        // Both saw the same order: that of the room's log.
        Assert.Equal(clients[0].Of("myevent").Select(item => item.ToString()), clients[1].Of("myevent").Select(item => item.ToString()));
        foreach (var client in clients[..3])
        {
            await Until.TrueAsync(() => client.Of("bytes").Count == 1, "the bytes come");
            Assert.Equal("AQID", (string)client.Of("bytes")[0].Arguments[1]!["$bytes"]!);
        }

        Assert.Empty(clients[3].Of("bytes"));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_rooms_events_reach_streams_of_its_channel_and_the_channels_events_its_sockets(BrokerKind kind)
    {
        await using var one = await StartAsync(kind);
        await using var two = await StartAsync(kind);
        var client = await ConnectAsync(one);
        await client.AskAsync("subscribe", "x");
        await using var stream = await SseReader.OpenAsync(two.Http, "/sse?channel=room:x");
        var token = TestContext.Current.CancellationToken;

        await client.AskAsync("myevent", "x", "text", 2);
        var received = await stream.NextAsync();
        Assert.Equal("myevent", received.Name);
        Assert.Equal("""["text",2]""", received.Data);

        await two.Publisher.PublishAsync("room:x", "told", "plain text", cancellationToken: token);
        await two.Publisher.PublishAsync("room:x", "told", new { id = 1 }, cancellationToken: token);
        await two.Publisher.PublishAsync("room:x", "told", OneTwo, cancellationToken: token);
        await two.Publisher.PublishAsync("room:x", "told", "42", cancellationToken: token);
        await two.Publisher.EmitToRoomAsync("x", "told", "a", 1, new byte[] { 1, 2 });
        await two.Publisher.PublishAsync("room:x", "connect", "no event of a server's", cancellationToken: token);
        await two.Publisher.EmitToRoomAsync("x", "told", "last");
        string[] expected = ["""["plain text"]""", """[{"id":1}]""", "[1,2]", """["42"]""", """["a",1,{"$bytes":"AQI="}]""", """["last"]"""];
        foreach (var arguments in expected)
        {
            Assert.Equal(arguments, (await client.NextAsync("told")).Arguments.ToJsonString());
        }

        Assert.Single(client.Of("connect"));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Sockets_of_all_nodes_are_asked_listed_moved_and_disconnected(BrokerKind kind)
    {
        await using var one = await StartAsync(kind);
        await using var two = await StartAsync(kind);
        var a = await ConnectAsync(one);
        var b = await ConnectAsync(two);
        var token = TestContext.Current.CancellationToken;
        await a.AnswerAsync("how many", 3);
        await b.AnswerAsync("how many", 4);
        await b.AskAsync("remember", "name", "Bob");

        var answers = await one.Server.Main.EmitWithAckAsync<int>("how many", SocketArguments.Empty, token);
        Assert.True(answers.IsComplete);
        Assert.Equal([3, 4], answers.Answers.Order());

        var sockets = await one.Server.Main.FetchSocketsAsync(token);
        Assert.Equal(2, sockets.Count);
        var bob = Assert.Single(sockets, socket => socket.GetData<string>("name") == "Bob");
        await bob.JoinAsync("moved");
        await one.Server.Main.To("moved").EmitAsync("said", "to Bob's room", token);
        Assert.Equal("to Bob's room", (string)(await b.NextAsync("said")).Arguments[0]!);
        await bob.EmitAsync("said", "to Bob", token);
        Assert.Equal("to Bob", (string)(await b.NextAsync("said")).Arguments[0]!);
        await one.Server.Main.Local().EmitAsync("said", "here", token);
        Assert.Equal("here", (string)(await a.NextAsync("said")).Arguments[0]!);
        await one.Server.Main.Volatile().EmitAsync("said", "volatile", token);
        await one.Server.Main.To("moved").SocketsLeaveAsync("moved");
        Assert.Equal("[[]]", (await b.AskAsync("myRooms")).ToJsonString());

        Assert.Equal(["two"], (await one.Server.ServerSideEmitWithAckAsync<string>("/", "who", 1, token)).Answers);
        await bob.DisconnectAsync(cancellationToken: token);
        Assert.Equal("io server disconnect", (string)(await b.NextAsync("disconnect")).Arguments[0]!);
        Assert.DoesNotContain(b.Of("said"), item => (string)item.Arguments[0]! == "here");
        Assert.Single(await one.Server.Main.FetchSocketsAsync(token));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Joining_is_authorised_and_a_room_is_left_when_its_permission_goes(BrokerKind kind)
    {
        var closed = false;
        await using var node = await StartAsync(kind, services: services => services.AddPush().AddAuthorizer((_, channel, _) => channel.Value == "room:secret" && !closed));
        var client = await ConnectAsync(node);

        Assert.Equal("access_denied", (string)(await client.AskAsync("subscribe", "secret2"))[0]!["error"]!["name"]!);
        Assert.Equal("[]", (await client.AskAsync("subscribe", "secret")).ToJsonString());
        Volatile.Write(ref closed, true);
        await node.Services.GetRequiredService<IAccessNotifier>().NotifyAccessChangedAsync(null, TestContext.Current.CancellationToken);

        await Until.TrueAsync(async () => (await client.AskAsync("myRooms"))[0]!.AsArray().Count == 0, "it has left the room");
    }

    [Fact]
    public async Task A_permission_that_is_lost_while_a_socket_joins_takes_it_out_again()
    {
        var rooms = new SlowRooms();
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>(),
            (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString,
            _prefix,
            null,
            new Dictionary<string, string?> { ["Push:Streams:RecheckInterval"] = "00:10:00" },
            services => services.AddSingleton<Journal>().AddSingleton<IChannelAuthorizer>(rooms));
        var client = await ConnectAsync(node);
        await client.AskAsync("subscribe", "secret-but-open");
        var joining = client.AskAsync("subscribe", "secret");
        await rooms.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);

        // The round for this is over before the socket is in the room.
        rooms.IsClosed = true;
        await node.Services.GetRequiredService<IAccessNotifier>().NotifyAccessChangedAsync(null, TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => rooms.Checks > 1, "the room that it is in is looked at");
        rooms.Answer.SetResult();
        await joining;

        await Until.TrueAsync(async () => (await client.AskAsync("myRooms"))[0]!.ToJsonString() == "[\"secret-but-open\"]", "it has left the room");
    }

    private sealed class SlowRooms : IChannelAuthorizer
    {
        private int _checks;

        /// <summary>Set when it was asked about the secret room, which was open by then.</summary>
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Answer { get; } = new();

        public bool IsClosed { get; set; }

        /// <summary>How often it was asked about the open room.</summary>
        public int Checks => Volatile.Read(ref _checks);

        public async ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken)
        {
            if (channel.Value == "room:secret-but-open")
            {
                Interlocked.Increment(ref _checks);
            }

            if (channel.Value != "room:secret" || IsClosed)
            {
                return channel.Value == "room:secret-but-open";
            }

            Asked.TrySetResult();
            await Answer.Task;
            return true;
        }
    }

    [Fact]
    public async Task A_sign_in_that_ends_disconnects_its_sockets_everywhere()
    {
        var ended = new EndedSignIns();
        await using var one = await StartAsync(BrokerKind.RedisServer, services: services => services.AddSingleton<ISignInValidator>(ended));
        await using var two = await StartAsync(BrokerKind.RedisServer, services: services => services.AddSingleton<ISignInValidator>(ended));
        var clients = await fixture.GetAsync();
        var ann = await clients.OpenAsync(one.Address, headers: SocketIONode.As("ann"));
        var annElsewhere = await clients.OpenAsync(two.Address, headers: SocketIONode.As("ann"));
        var bob = await clients.OpenAsync(two.Address, headers: SocketIONode.As("bob"));
        foreach (var client in (SocketIOClient[])[ann, annElsewhere, bob])
        {
            await client.NextAsync("welcome");
        }

        ended.Add("sign-in of ann");
        await one.Services.GetRequiredService<IAccessNotifier>().NotifyAccessChangedAsync("ann", TestContext.Current.CancellationToken);

        // By the server, so that the client does not come back by itself.
        Assert.Equal("io server disconnect", (string)(await ann.NextAsync("disconnect")).Arguments[0]!);
        Assert.Equal("io server disconnect", (string)(await annElsewhere.NextAsync("disconnect")).Arguments[0]!);
        Assert.Equal("[2]", (await bob.AskAsync("add", 1, 1)).ToJsonString());
        Assert.Empty(bob.Of("disconnect"));
    }

    private sealed class EndedSignIns : ISignInValidator
    {
        private readonly System.Collections.Concurrent.ConcurrentBag<string> _ended = [];

        public void Add(string signIn) => _ended.Add(signIn);

        public ValueTask<IReadOnlyCollection<string>> FindEndedAsync(IReadOnlyCollection<string> signInIds, CancellationToken cancellationToken) => new([.. signInIds.Intersect(_ended)]);
    }

    [Fact]
    public async Task The_official_emitter_reaches_all_clients()
    {
        await using var one = await StartAsync(BrokerKind.RedisServer, options: options => options.Interop.RedisAdapter = true);
        await using var two = await StartAsync(BrokerKind.RedisServer, options: options => options.Interop.RedisAdapter = true);
        var clients = await fixture.GetAsync();
        var a = await ConnectAsync(one);
        var b = await ConnectAsync(two);
        await a.AskAsync("subscribe", "x");
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        await clients.SendAsync("redis", new { url = EmitterUrl(broker.ConnectionString) });

        await clients.SendAsync("redisEmit", new { rooms = OnlyX, @event = "said", args = new object[] { "to x", new JsonObject { ["$bytes"] = "AQID" } } });
        Assert.Equal("""["to x",{"$bytes":"AQID"}]""", (await a.NextAsync("said")).Arguments.ToJsonString());
        await clients.SendAsync("redisEmit", new { except = OnlyX, @event = "said", args = new object[] { "not to x" } });
        Assert.Equal("not to x", (string)(await b.NextAsync("said")).Arguments[0]!);
        await clients.SendAsync("redisEmit", new { @event = "said", args = new object[] { "end" } });
        await a.NextAsync("said");
        await b.NextAsync("said");

        Assert.Equal(["to x", "end"], Said(a));
        Assert.Equal(["not to x", "end"], Said(b));

        await clients.SendAsync("redisEmit", new { except = OnlyX, @event = "$join", args = XAndY });
        await Until.TrueAsync(async () => (await b.AskAsync("myRooms"))[0]!.AsArray().Count == 2, "b joins both rooms");
        await clients.SendAsync("redisEmit", new { rooms = OnlyX, @event = "$leave", args = OnlyX });
        await Until.TrueAsync(async () => (await a.AskAsync("myRooms"))[0]!.AsArray().Count == 0, "a leaves x");
        await clients.SendAsync("redisEmit", new { rooms = OnlyY, @event = "$disconnect", args = Nothing });
        Assert.Equal("io server disconnect", (string)(await b.NextAsync("disconnect")).Arguments[0]!);
        Assert.Empty(a.Of("disconnect"));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task What_python_socketio_emits_reaches_all_clients_once(BrokerKind kind)
    {
        await using var one = await StartAsync(kind, options => options.Interop.PythonManager = true);
        await using var two = await StartAsync(kind, options => options.Interop.PythonManager = true);
        var a = await ConnectAsync(one);
        var b = await ConnectAsync(two);
        await a.AskAsync("subscribe", "x");
        var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync((await brokers.GetAsync(kind)).ConnectionString);
        var channel = StackExchange.Redis.RedisChannel.Literal("socketio");

        // Both nodes have to listen before it is sent: such a message is not repeated.
        await Until.TrueAsync(async () => await redis.GetSubscriber().PublishAsync(channel, "{}") >= 2, "the nodes listen");

        // Of releases before there was "binary", then as they are since: a list of arguments, and attachments after it.
        await redis.GetSubscriber().PublishAsync(channel, """{"method": "emit", "event": "said", "data": {"text": "to x"}, "namespace": "/", "room": "x", "skip_sid": null, "callback": null, "host_id": "h"}""");
        await redis.GetSubscriber().PublishAsync(channel, """{"method": "emit", "event": "said", "data": [[1, 2], "b"], "binary": false, "namespace": null, "room": "x", "skip_sid": null, "callback": null, "host_id": "h"}""");
        await redis.GetSubscriber().PublishAsync(channel, """{"method": "emit", "event": "said", "data": [[{"_placeholder": true, "num": 0}], "AQID"], "binary": true, "room": "x"}""");
        await redis.GetSubscriber().PublishAsync(channel, """{"method": "emit", "event": "said", "data": [1, 2], "namespace": null, "room": null, "skip_sid": null, "callback": null, "host_id": "h"}""");
        await b.NextAsync("said");
        await Until.TrueAsync(() => a.Of("said").Count == 4, "all come");
        await redis.DisposeAsync();

        Assert.Equal("""said [[1,2]]""", Assert.Single(b.Of("said")).ToString());
        Assert.Equal(["""said [[1,2],"b"]""", """said [[1,2]]""", """said [{"$bytes":"AQID"}]""", """said [{"text":"to x"}]"""], a.Of("said").Select(item => item.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_python_library_itself_reaches_all_clients()
    {
        var python = Prerequisite.Program("python3", "apt-get install python3-socketio python3-redis");
        python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : python;
        await using var one = await StartAsync(BrokerKind.RedisServer, options => options.Interop.PythonManager = true);
        await using var two = await StartAsync(BrokerKind.RedisServer, options => options.Interop.PythonManager = true);
        var a = await ConnectAsync(one);
        var b = await ConnectAsync(two);
        await a.AskAsync("subscribe", "x");
        var broker = (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString;
        await using (var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(broker))
        {
            await Until.TrueAsync(async () => await redis.GetSubscriber().PublishAsync(StackExchange.Redis.RedisChannel.Literal("socketio"), "{}") >= 2, "the nodes listen");
        }

        await RunAsync("""
            manager.emit("said", {"text": "to x", "n": 1.5}, room="x")
            manager.emit("said", ("two", b"\x01\x02\x03"), room="x")
            manager.emit("said", "to all")
            """);
        await b.NextAsync("said");
        await Until.TrueAsync(() => a.Of("said").Count == 3, "all come");
        Assert.Equal(["""said ["to all"]""", """said ["two",{"$bytes":"AQID"}]""", """said [{"text":"to x","n":1.5}]"""], a.Of("said").Select(item => item.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal("""said ["to all"]""", Assert.Single(b.Of("said")).ToString());

        await RunAsync($"""
            manager.close_room("x")
            manager.can_disconnect("{(string)b.Of("connect")[0].Arguments[0]!["id"]!}", "/")
            """);
        await Until.TrueAsync(async () => (await a.AskAsync("myRooms"))[0]!.AsArray().Count == 0, "nobody is in x");
        Assert.Equal("io server disconnect", (string)(await b.NextAsync("disconnect")).Arguments[0]!);

        async Task RunAsync(string program)
        {
            const string start = """
                import sys
                try:
                    import redis, socketio
                except ImportError as error:
                    sys.exit(f"missing: {error}")
                manager = socketio.RedisManager(sys.argv[1], write_only=True)

                """;
            await using var process = ChildProcess.Start(python, ["-c", start + program, EmitterUrl(broker)], Path.GetTempPath());
            await process.WaitForExitAsync();
            if (process.Output.Contains("missing: ", StringComparison.Ordinal))
            {
                Prerequisite.Missing($"{process.Output.Trim()} (apt-get install python3-socketio python3-redis)");
            }

            Assert.Equal((0, ""), (process.ExitCode, process.Output));
        }
    }

    private static string EmitterUrl(string connectionString)
    {
        var options = StackExchange.Redis.ConfigurationOptions.Parse(connectionString);
        return $"redis://{(options.Password is { } password ? $"default:{Uri.EscapeDataString(password)}@" : "")}{string.Join(',', options.EndPoints.Select(point => point.ToString()!.Split('/')[^1]))}";
    }

    private async Task<SocketIONode> StartAsync(BrokerKind kind, Action<SocketIOOptions>? options = null, Action<IServiceCollection>? services = null)
    {
        var broker = await brokers.GetAsync(kind);
        return await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>().OnServerEvent<int, string>("who", (_, _) => new("two")),
            broker.ConnectionString,
            _prefix,
            options,
            new Dictionary<string, string?> { ["Push:Streams:RecheckInterval"] = "00:00:01", ["Push:Interop:Enabled"] = "true" },
            added =>
            {
                added.AddSingleton<Journal>();
                services?.Invoke(added);
            });
    }

    private async Task<SocketIOClient> ConnectAsync(SocketIONode node)
    {
        var client = await (await fixture.GetAsync()).OpenAsync(node.Address);
        await client.NextAsync("welcome");
        return client;
    }

    private static string[] Said(SocketIOClient client) => [.. client.Of("said").Select(item => (string)item.Arguments[0]!)];
}
