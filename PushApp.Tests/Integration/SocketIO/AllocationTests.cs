using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push.Hub;
using PushApp.SocketIO;
using PushApp.SocketIO.Protocol;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Push.Transport;
using PushApp.Tests.Integration.SocketIO.Engine;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>What an event allocates is the event's: one more client that gets it allocates nothing.</summary>
public sealed class AllocationTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    // Few enough for the buffer that a loop keeps for each.
    private const int Events = 8;

    [Fact]
    public async Task A_message_that_is_sent_to_many_sessions_allocates_nothing_for_any()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Connections are handed over on Linux.");
        await using var node = await EngineNode.StartAsync();
        List<RawConnection> clients = [];
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await OpenAsync(node.Address, EngineNode.Path));
        }

        var message = PacketWriter.Event("/", "e", SocketArguments.From(new string('x', 120)));
        var sessions = node.Sessions.Select(each => each.Session).ToArray();
        Assert.Equal(clients.Count, sessions.Length);
        Send(sessions, message);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Send(sessions, message);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < Events * sessions.Length, $"{allocated} bytes for {Events * sessions.Length} deliveries.");
        foreach (var client in clients)
        {
            for (var i = 0; i < 2 * Events; i++)
            {
                Assert.Equal(message[0].Frame.ToArray(), await client.ReadAsync(message[0].Frame.Length));
            }

            client.Dispose();
        }
    }

    [Theory]
    [InlineData("socketio")]
    [InlineData("sse")]
    public async Task An_event_of_the_hub_allocates_no_more_for_more_connections(string transport)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Connections are handed over on Linux.");
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        await using var node = await StartAsync(broker);
        List<RawConnection> clients = [];

        // No more for each loop than the buffers that it keeps while it is quiet.
        var loops = node.Services.GetRequiredService<ChannelHub>().Loops.Count;
        await OpenManyAsync(node, clients, 4 * loops, transport);
        var few = await LeastAsync();
        await OpenManyAsync(node, clients, 20 * loops, transport);
        var many = await LeastAsync();
        var perDelivery = (many - few) / (20.0 * Events);
        Assert.True(perDelivery < 1, string.Create(CultureInfo.InvariantCulture, $"{perDelivery:0.0} bytes for each delivery more: {few} for few, {many} for many."));
        clients.ForEach(client => client.Dispose());

        // A loop gives a buffer back when it has been quiet for a moment, and takes a new one then: what each delivery allocates is there every time.
        async Task<long> LeastAsync()
        {
            var least = long.MaxValue;
            for (var i = 0; i < 4; i++)
            {
                least = Math.Min(least, await MeasureAsync());
            }

            return least;
        }

        // What one loop allocates while it writes events, which have waited for it, in one go. The others wait until then, so that it is this one that encodes.
        async Task<long> MeasureAsync()
        {
            var hub = node.Services.GetRequiredService<ChannelHub>();
            var channel = Assert.Single(hub.Channels(), each => each.Subscribers >= clients.Count).Channel;
            var streams = node.Services.GetRequiredService<StreamRegistry>().All.Cast<HubConnection>().DistinctBy(stream => stream.Loop).ToArray();
            var measured = Assert.Single(streams, stream => stream.Loop.Index == 0);
            using var go = new ManualResetEventSlim();
            using var othersGo = new ManualResetEventSlim();
            var others = streams.Except([measured]).Select(stream =>
            {
                stream.Loop.Post(LoopItem.Run(stream, othersGo.Wait));
                return stream.Loop;
            }).ToArray();
            var (before, thread) = (0L, 0);
            measured.Loop.Post(LoopItem.Run(measured, () =>
            {
                go.Wait();
                (before, thread) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CurrentManagedThreadId);
            }));
            var head = channel.Figures.Position.Sequence + Events;
            for (var i = 0; i < Events; i++)
            {
                await (transport == "sse"
                    ? node.Publisher.PublishAsync(channel.Name, "e", new string('x', 120), cancellationToken: TestContext.Current.CancellationToken).AsTask()
                    : node.Server.Main.EmitAsync("e", SocketArguments.From(new string('x', 120)), TestContext.Current.CancellationToken).AsTask());
            }

            await Until.TrueAsync(() => channel.Figures.Position.Sequence == head, "the node has received them");
            var end = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            measured.Loop.Post(LoopItem.Run(measured, () =>
                end.SetResult(thread == Environment.CurrentManagedThreadId ? GC.GetAllocatedBytesForCurrentThread() - before : throw new InvalidOperationException("Another thread."))));
            go.Set();
            var allocated = await end.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            othersGo.Set();
            foreach (var loop in others)
            {
                var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                loop.Post(LoopItem.Barrier(reached));
                await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            }

            return allocated;
        }
    }

    [Theory]
    [InlineData("socketio")]
    [InlineData("sse")]
    public async Task To_look_whose_permission_is_to_be_checked_again_allocates_nothing(string transport)
    {
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        await using var node = await StartAsync(broker);
        List<RawConnection> clients = [];
        await OpenManyAsync(node, clients, 20, transport);
        var registry = node.Services.GetRequiredService<StreamRegistry>();
        List<IOpenStream> streams = [];
        List<PushApp.Push.ChannelName> channels = [];
        Look();
        Assert.Equal(clients.Count, streams.Count);
        Assert.Equal(transport == "sse" ? clients.Count : 0, channels.Count);

        // More than once: whoever meets the node's own round at the lock may need something to wait on.
        var least = long.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            streams.Clear();
            channels.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Look();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        clients.ForEach(client => client.Dispose());

        void Look()
        {
            registry.AddTo(streams, static _ => true);
            foreach (var stream in streams)
            {
                stream.AddCheckedChannels(channels);
            }
        }
    }

    private static Task<SocketIONode> StartAsync(BrokerProcess broker) => SocketIONode.StartAsync(
        io => io.MapNamespace<TestNamespace>(), broker.ConnectionString, Guid.NewGuid().ToString("N"), services: services => services.AddSingleton<Journal>(),
        settings: new Dictionary<string, string?> { ["Push:Streams:MaxPerAddress"] = "0" });

    private static async Task OpenManyAsync(SocketIONode node, List<RawConnection> clients, int count, string transport)
    {
        for (var i = 0; i < count; i++)
        {
            if (transport == "sse")
            {
                var stream = await RawConnection.ConnectAsync(node.Address);
                clients.Add(stream);
                await stream.SendAsync("GET /sse HTTP/1.1\r\nHost: x\r\n\r\n");
                await stream.ReadToAsync("retry: ");
                continue;
            }

            var client = await OpenAsync(node.Address, "/socket.io/");
            clients.Add(client);
            await client.SendAsync(Frame("40"));
            await client.ReadToAsync("welcome");
        }
    }

    private static void Send(PushApp.SocketIO.Engine.IEngineSession[] sessions, PushApp.SocketIO.Engine.EngineMessage[] message)
    {
        for (var i = 0; i < Events; i++)
        {
            foreach (var session in sessions)
            {
                session.Send(message);
            }
        }
    }

    private static async Task<RawConnection> OpenAsync(Uri address, string path)
    {
        var client = await RawConnection.ConnectAsync(address);
        await client.SendAsync(
            $"GET {path}?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", await client.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
        await client.ReadToAsync("}");
        return client;
    }

    private static byte[] Frame(string text) => [0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)];
}
