using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Redis;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.SocketIO.Engine;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>What is kept for a recovery, where something goes wrong or happens at the same time.</summary>
public sealed class RecoveryCareTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private readonly string _prefix = Guid.NewGuid().ToString("N")[..8];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_that_comes_back_is_in_its_rooms_all_the_time()
    {
        SocketIONode? node = null;
        string? id = null;
        var wasInRoom = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hook = new LogHook((name, message) =>
        {
            // The socket whose place it takes ends just now; everything that is emitted meanwhile is filtered by the rooms of the new one.
            if (name == "Disconnected" && id is not null && message.Contains(id, StringComparison.Ordinal))
            {
                var index = ((SocketServer)node!.Server).FindHost("/")!.Index;
                var socket = index.Find(id)!;
                wasInRoom.TrySetResult(socket.Rooms.Contains("x") && index.Select(new EmitTarget("/") { Rooms = ["x", "y"] }).Contains(socket)
                    && RoomIndex.Matches(new EmitTarget("/") { Rooms = ["x", "y"] }, socket.Id, socket.Rooms.Snapshot));
            }
        });
        node = await StartAsync(hook: hook);
        await using var ended = node;
        using var first = await OpenInRoomAsync(node, "x");
        id = first.Id;

        using var second = await RawClient.ReturnAsync(node, first.PrivateId);
        Assert.Equal((first.Id, first.PrivateId), await second.ConnectedAsync());

        // Told of by the bus meanwhile, it may end a moment after the new one has connected.
        Assert.True(await wasInRoom.Task.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task What_was_emitted_before_it_joined_a_room_is_none_that_it_missed(BrokerKind kind)
    {
        await using var node = await StartAsync(kind);
        using var first = await OpenInRoomAsync(node, "x");
        var server = node.Server.Main;
        await server.To("y", "z").EmitAsync("said", "in a room before it joined", Token);
        await server.Except("y").EmitAsync("said", "for all but a room before it joined", Token);
        await AskAsync(first.Socket, 1, "joinAll", "y");
        await server.To("y", "z").EmitAsync("said", "in its room", Token);
        await server.Except("y").EmitAsync("said", "for all but its room", Token);
        await server.To("x", "z").EmitAsync("said", "in its first room", Token);

        // As if it had been told nothing of all that; and a second time, from what the first return has kept.
        for (var i = 0; i < 2; i++)
        {
            using var again = await ReturnAsync(node, first);
            foreach (var text in (string[])["for all but a room before it joined", "in its room", "in its first room"])
            {
                Assert.StartsWith($"42[\"said\",\"{text}\"", await again.ReceiveAsync("42[\"said\""), StringComparison.Ordinal);
            }

            Assert.Equal("437[3]", await AskAsync(again, 7, "add", 1, 2));
        }
    }

    [Fact]
    public async Task Rooms_that_were_joined_before_one_is_refused_are_kept()
    {
        await using var node = await StartAsync();
        using var first = await OpenInRoomAsync(node, "x");
        await first.Socket.SendAsync("""421["joinAll","y","secret","z"]""");
        Assert.Contains("access_denied", await first.Socket.ReceiveAsync("431"), StringComparison.Ordinal);

        using var second = await ReturnAsync(node, first);

        Assert.Equal("""432[["x","y"]]""", await AskAsync(second, 2, "myRooms"));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task An_event_is_acknowledged_where_nothing_can_be_kept_and_it_is_kept_later(BrokerKind kind)
    {
        await using var node = await StartAsync(kind);
        using var first = await OpenInRoomAsync(node, "x");
        await using var redis = await ConnectionMultiplexer.ConnectAsync((await brokers.GetAsync(kind)).ConnectionString);
        var key = node.Services.GetRequiredService<RedisKeys>().SocketIORecovery(first.PrivateId);
        var database = redis.GetDatabase();
        var state = await database.HashGetAllAsync(key);

        // Of another type: an error of the server that is none of those which pass.
        await database.KeyDeleteAsync(key);
        await database.StringSetAsync(key, "in the way");
        Assert.Equal("431[]", await AskAsync(first.Socket, 1, "remember", "name", "Ann"));
        await database.KeyDeleteAsync(key);
        await database.HashSetAsync(key, state);
        Assert.Equal("432[2]", await AskAsync(first.Socket, 2, "add", 1, 1));

        using var second = await ReturnAsync(node, first);
        Assert.Equal("433[\"Ann\"]", await AskAsync(second, 3, "recall", "name"));
    }

    [Fact]
    public async Task A_failure_while_a_client_comes_back_takes_nothing_from_it_and_a_refusal_does()
    {
        Exception? thrown = null;
        await using var node = await StartAsync(map: io => io.UseConnect((_, next) => Volatile.Read(ref thrown) is { } error ? throw error : next()));
        using var first = await OpenInRoomAsync(node, "x");

        Volatile.Write(ref thrown, new TimeoutException("The database is away."));
        using var failed = await RawClient.ReturnAsync(node, first.PrivateId);
        Assert.StartsWith("44{", await failed.ReceiveTextAsync(), StringComparison.Ordinal);
        Volatile.Write(ref thrown, null);
        using var second = await ReturnAsync(node, first);
        Assert.Equal("""432[["x"]]""", await AskAsync(second, 2, "myRooms"));

        Volatile.Write(ref thrown, new SocketException("No more."));
        using var refused = await RawClient.ReturnAsync(node, first.PrivateId);
        Assert.StartsWith("44{", await refused.ReceiveTextAsync(), StringComparison.Ordinal);
        Volatile.Write(ref thrown, null);
        using var anew = await RawClient.ReturnAsync(node, first.PrivateId);
        Assert.NotEqual(first.Id, (await anew.ConnectedAsync()).Id);
    }

    [Fact]
    public async Task A_room_that_is_forbidden_while_its_socket_comes_back_is_left()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var meters = two.Services.GetRequiredService<IMeterFactory>();
        var forbidden = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Name == "pushapp.log.refills" && instrument.Meter.Scope == meters)
            {
                each.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            // It reads what it missed, on this very thread: registered, and not yet there.
            foreach (var stream in two.Services.GetRequiredService<StreamRegistry>().All)
            {
                stream.Forbid(ChannelName.Room("x"));
                Interlocked.Increment(ref forbidden);
            }
        });
        listener.Start();
        using var first = await OpenInRoomAsync(one, "x");
        first.Socket.Dispose();
        await one.Server.Main.To("x").EmitAsync("said", "missed", Token);

        using var second = await RawClient.ReturnAsync(two, first.PrivateId);
        await second.ConnectedAsync();

        Assert.True(Volatile.Read(ref forbidden) > 0);
        Assert.Equal("432[[]]", await AskAsync(second, 2, "myRooms"));
    }

    [Fact]
    public async Task What_was_missed_and_is_more_than_may_wait_for_a_client_is_not_recovered_and_its_client_connects_anew()
    {
        const int Most = 16 * 1024;
        await using var node = await StartAsync(options: options => options.Engine.MaxBufferedBytes = Most);
        using var first = await OpenInRoomAsync(node, "x");
        await node.Server.Main.To("x").EmitAsync("said", "text", Token);
        var size = (await first.Socket.ReceiveAsync("42[\"said\"")).Length;
        first.Socket.Dispose();

        // Their text alone may wait, and with what each costs beside it not.
        for (var i = 0; i < Most * 9 / 10 / size; i++)
        {
            await node.Server.Main.To("x").EmitAsync("said", "text", Token);
        }

        // By polling, where all of it waits until it is fetched.
        var opened = await node.Http.GetStringAsync("/socket.io/?EIO=4&transport=polling", Token);
        var url = $"/socket.io/?EIO=4&transport=polling&sid={(string)JsonNode.Parse(opened[1..])!["sid"]!}";
        await PostAsync($"40{{\"pid\":\"{first.PrivateId}\"}}");
        var connected = await PollAsync("40{");
        Assert.NotEqual(first.Id, (string)JsonNode.Parse(connected[2..])!["sid"]!);
        await PostAsync("421[\"add\",1,2]");
        Assert.Equal("431[3]", await PollAsync("431"));

        async Task PostAsync(string packet)
        {
            using var response = await node.Http.PostAsync(url, new StringContent(packet), Token);
            response.EnsureSuccessStatusCode();
        }

        async Task<string> PollAsync(string start)
        {
            while (true)
            {
                var packets = (await node.Http.GetStringAsync(url, Token)).Split('\x1e');
                if (packets.FirstOrDefault(packet => packet.StartsWith(start, StringComparison.Ordinal)) is { } found)
                {
                    return found;
                }
            }
        }
    }

    [Theory]
    [InlineData("""{"pid":"\ud800"}""")]
    [InlineData("""{"p\udc00":1,"pid":7}""")]
    [InlineData("""{"pid":"made up","offset":"\udc00"}""")]
    public async Task Whoever_comes_back_with_nonsense_begins_anew(string auth)
    {
        await using var node = await StartAsync();
        using var client = await RawClient.OpenAsync(node, auth);

        Assert.Equal(21, (await client.ConnectedAsync()).Id.Length);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task What_is_kept_has_its_end_from_the_first_moment(BrokerKind kind)
    {
        await using var node = await StartAsync(kind);
        var redis = node.Services.GetRequiredService<RedisConnection>();
        var keys = node.Services.GetRequiredService<RedisKeys>();
        var session = new ProfilingSession();
        var profiled = new AsyncLocal<bool>();
        redis.Multiplexer.RegisterProfiler(() => profiled.Value ? session : null);
        var store = new RecoveryStore(redis, keys, TimeSpan.FromMinutes(2));
        profiled.Value = true;

        await store.CreateAsync("id", "token", "client", new RecoveryState("~1", "/", null, null, [], new Dictionary<string, System.Text.Json.JsonElement>(), null));

        // One command: a node that dies between two would leave a key without an end.
        profiled.Value = false;
        Assert.All(session.FinishProfiling(), command => Assert.Contains(command.Command, (string[])["EVAL", "EVALSHA", "SCRIPT"]));
        Assert.InRange((await redis.Database.KeyTimeToLiveAsync(keys.SocketIORecovery("id")))!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3));
        Assert.Equal("~1", (await store.TakeAsync("id", "another", "client")).State!.Id);
    }

    private sealed record Opened(EngineSocket Socket, string Id, string PrivateId) : IDisposable
    {
        public void Dispose() => Socket.Dispose();
    }

    private static async Task<Opened> OpenInRoomAsync(SocketIONode node, string room)
    {
        var socket = await RawClient.OpenAsync(node, "");
        var (id, privateId) = await socket.ConnectedAsync();
        await AskAsync(socket, 0, "subscribe", room);
        return new Opened(socket, id, privateId);
    }

    private static async Task<EngineSocket> ReturnAsync(SocketIONode node, Opened before)
    {
        var socket = await RawClient.ReturnAsync(node, before.PrivateId);
        Assert.Equal((before.Id, before.PrivateId), await socket.ConnectedAsync());
        return socket;
    }

    private static async Task<string> AskAsync(EngineSocket socket, int ackId, params object[] arguments)
    {
        await socket.SendAsync($"42{ackId}{new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]).ToJsonString()}");
        return await socket.ReceiveAsync($"43{ackId}");
    }

    private async Task<SocketIONode> StartAsync(BrokerKind kind = BrokerKind.RedisServer, Action<NamespaceBuilder>? map = null, LogHook? hook = null, Action<SocketIOOptions>? options = null) => await SocketIONode.StartAsync(
        io =>
        {
            var builder = io.MapNamespace<TestNamespace>();
            map?.Invoke(builder);
        },
        (await brokers.GetAsync(kind)).ConnectionString,
        _prefix,
        configured =>
        {
            configured.Recovery.Enabled = true;
            options?.Invoke(configured);
        },
        services: services =>
        {
            services.AddSingleton<Journal>();
            hook?.AddTo(services);
        });
}
