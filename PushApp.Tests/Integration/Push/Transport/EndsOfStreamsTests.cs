using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Transport;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Transport;

/// <summary>However a stream that was handed over ends: its descriptor is closed, once, and nothing of it is held.</summary>
public sealed class EndsOfStreamsTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const string Request = "GET /sse HTTP/1.1\r\nHost: x\r\n\r\n";

    [Theory]
    [InlineData("client closes")]
    [InlineData("client closes its half")]
    [InlineData("client resets")]
    [InlineData("client resets before the head")]
    [InlineData("server ends it")]
    [InlineData("server ends it as slow")]
    [InlineData("transport fails")]
    public async Task No_descriptor_is_left(string how)
    {
        await using var node = await StartAsync(new() { ["Push:Streams:MaxOutboxBytes"] = "65536" });
        List<RawConnection> clients = [];
        for (var i = 0; i < 20; i++)
        {
            var client = await RawConnection.ConnectAsync(node.Address, receiveBuffer: 4096);
            clients.Add(client);
            await client.SendAsync(Request);
            if (how == "client resets before the head")
            {
                client.Reset();
                continue;
            }

            await client.ReadToAsync("retry: ");
            switch (how)
            {
                case "client closes":
                    client.Dispose();
                    break;
                case "client closes its half":
                    client.Socket.Shutdown(SocketShutdown.Send);
                    Assert.EndsWith("0\r\n\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
                    break;
                case "client resets":
                    client.Reset();
                    break;
            }
        }

        if (how == "server ends it")
        {
            foreach (var stream in Streams(node))
            {
                stream.End(CloseReason.Stopped);
            }

            foreach (var client in clients)
            {
                Assert.EndsWith("0\r\n\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
            }
        }
        else if (how == "server ends it as slow")
        {
            var text = new string('x', 60_000);
            while (Streams(node).Any())
            {
                await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", text, PublishOptions.Ephemeral, TestContext.Current.CancellationToken);
            }
        }
        else if (how == "transport fails")
        {
            // As a send that finds the connection reset, before any report of it.
            foreach (var stream in Streams(node))
            {
                stream.Loop.Post(LoopItem.Run(stream, stream.Writer.Abort));
            }

            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "x", PublishOptions.Ephemeral, TestContext.Current.CancellationToken);
        }

        await Until.TrueAsync(() => !Streams(node).Any() && node.Connections == 0, "the streams have ended");
        await Until.TrueAsync(() => ServerSockets.Of(node.Address.Port).Count == 0, "their descriptors are closed");
        Assert.All(node.Services.GetRequiredService<ChannelHub>().Loops, loop => Assert.Equal((0, 0L), (loop.HeartbeatCount, loop.OutboxBytes)));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Stopping_the_host_leaves_no_descriptor_not_even_of_a_client_that_reads_nothing()
    {
        await using var node = await StartAsync();
        using var deaf = await RawConnection.ConnectAsync(node.Address, receiveBuffer: 4096);
        await deaf.SendAsync(Request);
        await deaf.ReadToAsync("retry: ");
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Request);
        await client.ReadToAsync("retry: ");
        var text = new string('x', 60_000);
        while (!Streams(node).Any(stream => stream.OutboxBytes > 0))
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", text, PublishOptions.Ephemeral, TestContext.Current.CancellationToken);
        }

        await node.StopAsync();
        await client.ReadToAsync("push.closing");
        Assert.Empty(ServerSockets.Of(node.Address.Port));
    }

    [Fact]
    public async Task The_system_gives_up_a_client_that_acknowledges_nothing_for_three_heartbeats()
    {
        await using var node = await StartAsync(new() { ["Push:Streams:HeartbeatInterval"] = "00:00:07" });
        using var client = await RawConnection.ConnectAsync(node.Address);
        await client.SendAsync(Request);
        await client.ReadToAsync("retry: ");
        Assert.Equal(21_000, ServerSockets.UserTimeout(Assert.Single(ServerSockets.Of(node.Address.Port))));
    }

    [Fact]
    public async Task A_client_that_vanishes_without_a_word_is_noticed()
    {
        using var network = await NetworkOfItsOwn.CreateAsync();
        await using var node = await StartAsync(
            new() { ["Push:Streams:HeartbeatInterval"] = "00:00:01" },
            services => services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = network.Listen));
        using var client = network.Connect(node.Address.Port);
        client.Send(Encoding.ASCII.GetBytes(Request));
        await Until.TrueAsync(() => node.Connections == 1, "it has joined");
        var stream = Assert.Single(Streams(node));
        Assert.IsType<ChunkedStreamWriter>(stream.Writer);
        network.Cut();
        Assert.Equal(CloseReason.Client, await stream.Completion.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(0, node.Connections);
    }

    [Fact]
    public async Task What_thousands_of_streams_have_left_is_given_back()
    {
        const int Count = 3000;
        await using var node = await StartAsync(new() { ["Push:Streams:MaxPerAddress"] = "0" });
        await using var stays = await node.OpenAsync(user: "stays");
        var clients = new RawConnection[Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, Count, options, async (i, _) =>
        {
            clients[i] = await RawConnection.ConnectAsync(node.Address);

            // Each with a channel of its own.
            await clients[i].SendAsync($"GET /sse HTTP/1.1\r\nHost: x\r\nX-Test-User: user{i}\r\n\r\n");
            await clients[i].ReadToAsync("retry: ");
        });
        var hub = node.Services.GetRequiredService<ChannelHub>();
        var registry = node.Services.GetRequiredService<StreamRegistry>();
        var pollers = node.Services.GetRequiredService<DescriptorPollers>().All;
        Assert.Equal(Count + 1, node.Connections);
        Assert.True(registry.Capacity >= Count);
        Assert.True(pollers.Sum(poller => poller.Capacity) >= Count);
        Assert.True(hub.Channels().Length >= Count);

        foreach (var client in clients)
        {
            client.Dispose();
        }

        await Until.TrueAsync(() => node.Connections == 1 && registry.Count == 1, "all but one have left");

        // Channels are kept for ten seconds, for who comes back.
        await Until.TrueAsync(() => hub.Channels().Length == 2, "their channels are closed");
        Assert.InRange(registry.Capacity, 1, 4 * 64);
        Assert.All(pollers, poller => Assert.InRange(poller.Capacity, 1, 4 * 64));
        Assert.All(hub.Channels().SelectMany(channel => channel.Channel.Loops), loop => Assert.InRange(loop.Subscriptions.Capacity, 0, 4 * 64));
        await Until.TrueAsync(() => hub.Loops.All(loop => loop.SpareCapacity <= 6 * LoopQueue.Least), "the loops' queues and lists are small");
        Assert.Equal(1, hub.Loops.Sum(loop => loop.HeartbeatCount));
        Assert.Equal(0, hub.OutboxBytes);
        Assert.Equal(0, hub.PageBytes);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "last", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("last", (await stays.NextAsync()).Data);
    }

    private static IReadOnlyList<HubConnection> Streams(PushNode node) => [.. node.Services.GetRequiredService<StreamRegistry>().All.Cast<HubConnection>()];

    private async Task<PushNode> StartAsync(Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Streams are handed over on Linux.");
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        return await PushNode.StartAsync(broker.ConnectionString, Guid.NewGuid().ToString("N"), settings, builder => services?.Invoke(builder.Services));
    }
}
