using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.SocketIO.Engine;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Push.Transport;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>WebSockets that leave the server after their handshake, beside the same ones that stay.</summary>
public sealed class HandedOverWebSocketTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_request_ends_with_the_handshake_where_the_connection_is_handed_over(bool handOver)
    {
        var requests = new Requests();
        await using var node = await StartAsync(handOver, requests);
        using var client = await OpenAsync(node);
        await client.SendAsync(Frame(0x1, "4hello"));
        Assert.Equal("4hello", await ReadTextAsync(client));
        if (handOver)
        {
            await Until.TrueAsync(() => requests.Open == 0, "the request has ended");
        }

        Assert.Equal(handOver ? 0 : 1, requests.Open);
        await client.SendAsync(Frame(0x1, "4again"));
        Assert.Equal("4again", await ReadTextAsync(client));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frames_in_any_pieces_are_messages_and_pings_between_them_are_answered(bool handOver)
    {
        await using var node = await StartAsync(handOver);
        using var client = await OpenAsync(node);
        byte[] several = [.. Frame(0x1, "4one"), .. Frame(0x1, "4two ", final: false), .. Frame(0x9, "p"), .. Frame(0x0, "halves"), .. Frame(0x1, "4three")];
        foreach (var piece in several)
        {
            await client.SendAsync(new[] { piece });
        }

        await client.SendAsync(several);
        for (var i = 0; i < 2; i++)
        {
            List<(int Opcode, string Text)> frames = [];
            while (frames.Count < 4)
            {
                frames.Add(await ReadFrameAsync(client));
            }

            Assert.Equal(["4one", "4two halves", "4three"], frames.Where(frame => frame.Opcode == 0x1).Select(frame => frame.Text));
            Assert.Equal("p", Assert.Single(frames, frame => frame.Opcode == 0xA).Text);
        }
    }

    [Theory]
    [InlineData(true, "unmasked", 1002)]
    [InlineData(true, "reserved", 1002)]
    [InlineData(true, "too big", 1009)]
    [InlineData(true, "no text", 1007)]
    [InlineData(true, "half a letter", 1007)]
    [InlineData(true, "no text in fragments", 1007)]
    [InlineData(true, "a fragment of nothing", 1002)]
    [InlineData(true, "a message in a message", 1002)]
    [InlineData(true, "a ping in fragments", 1002)]
    [InlineData(true, "a long ping", 1002)]
    [InlineData(true, "an unknown kind", 1002)]
    [InlineData(true, "too big in fragments", 1009)]
    [InlineData(true, "a close with half a code", 1002)]
    [InlineData(true, "a close with a code that no frame says", 1002)]
    [InlineData(true, "a close with a reason that is no text", 1007)]
    [InlineData(true, "a close", 1001)]
    [InlineData(false, "no text", 1007)]
    [InlineData(false, "unmasked", 1002)]
    [InlineData(false, "too big", 1009)]
    public async Task What_breaks_the_rules_is_closed_by_its_number(bool handOver, string what, int code)
    {
        await using var node = await StartAsync(handOver);
        using var client = await OpenAsync(node);
        byte[] bytes = what switch
        {
            "unmasked" => [0x81, 0x01, (byte)'4'],
            "reserved" => [0xC1, 0x80, 0, 0, 0, 0],
            "no text" => Frame(0x1, [(byte)'4', 0xC0, 0xAF]),
            "half a letter" => Frame(0x1, [(byte)'4', 0xE2, 0x82]),
            "no text in fragments" => [.. Frame(0x1, "4", final: false), .. Frame(0x0, [0xFF])],
            "a fragment of nothing" => Frame(0x0, "x"),
            "a message in a message" => [.. Frame(0x1, "4", final: false), .. Frame(0x1, "4")],
            "a ping in fragments" => Frame(0x9, "p", final: false),
            "a long ping" => Frame(0x9, new string('p', 126)),
            "an unknown kind" => Frame(0x3, "x"),
            "too big in fragments" => [.. Enumerable.Range(0, 20).SelectMany(i => Frame(i == 0 ? 0x1 : 0x0, new string('4', 60_000), final: false))],
            "a close with half a code" => Frame(0x8, [3]),
            "a close with a code that no frame says" => Frame(0x8, [1005 >> 8, 1005 & 0xFF]),
            "a close with a reason that is no text" => Frame(0x8, [1000 >> 8, 1000 & 0xFF, 0xFF]),
            "a close" => Frame(0x8, [1001 >> 8, 1001 & 0xFF, (byte)'x']),
            _ => [0x82, 0xFF, 0, 0, 0, 0, 0x7F, 0, 0, 0, 0, 0, 0, 0],
        };
        await client.SendAsync(bytes);
        var header = await client.ReadAsync(4);
        Assert.Equal([0x88, 0x02], header[..2]);
        Assert.Equal(code, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)));
        Assert.NotNull(await Assert.Single(node.Sessions).Ended);
    }

    [Theory]
    [InlineData(true, "flush")]
    [InlineData(true, "another message")]
    [InlineData(true, "a ping")]
    [InlineData(true, "too much")]
    [InlineData(true, "the end")]
    [InlineData(false, "flush")]
    [InlineData(false, "the end")]
    public async Task What_is_held_back_leaves_in_order_with_whatever_comes_next(bool handOver, string next)
    {
        await using var node = await StartAsync(handOver);
        using var client = await OpenAsync(node);
        var session = Assert.Single(node.Sessions).Session;
        await Until.TrueAsync(() => session.IsWritable, "the handshake has gone out");
        Assert.True(session.Send([EngineEcho.Text("one")], more: true));
        Assert.True(session.Send([EngineEcho.Text("two"), EngineEcho.Text("three")], more: true));
        Assert.True(session.IsWritable);
        Assert.Equal(0, client.Socket.Available);
        var last = "";
        switch (next)
        {
            case "flush":
                session.Flush();
                break;
            case "another message":
                Assert.True(session.Send([EngineEcho.Text(last = "four")]));
                break;
            case "a ping":
                await client.SendAsync(Frame(0x9, "p"));
                break;
            case "too much":
                Assert.True(session.Send([EngineEcho.Text(last = new string('x', 65_530))], more: true));
                break;
            default:
                session.Close("the test");
                Assert.False(session.Send([EngineEcho.Text("five")], more: true));
                break;
        }

        List<(int Opcode, string Text)> frames = [];
        while (frames.Count < (next == "flush" ? 3 : 4))
        {
            frames.Add(await ReadFrameAsync(client));
        }

        Assert.Equal(
            ["4one", "4two", "4three", .. last.Length > 0 ? [$"4{last}"] : Array.Empty<string>()],
            frames.Where(frame => frame.Opcode == 0x1 && frame.Text != "1").Select(frame => frame.Text));
        Assert.Equal(next == "a ping", frames.Any(frame => frame.Opcode == 0xA));
        Assert.Equal(next == "the end", frames[^1].Opcode == 0x8 || frames[^1].Text == "1");

        // Nothing is stuck: what comes later goes out as ever.
        session.Flush();
        if (next != "the end")
        {
            Assert.True(session.Send([EngineEcho.Text("last")]));
            Assert.Equal("4last", await ReadTextAsync(client));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_held_back_when_the_client_goes_holds_nothing_up(bool handOver)
    {
        var requests = new Requests();
        await using var node = await StartAsync(handOver, requests);
        using (var client = await OpenAsync(node))
        {
            Assert.True(Assert.Single(node.Sessions).Session.Send([EngineEcho.Text("one")], more: true));
        }

        Assert.NotNull(await Assert.Single(node.Sessions).Ended);
        await Until.TrueAsync(() => requests.Open == 0, "the request has ended");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_reader_gets_everything_in_order_once_it_reads(bool handOver)
    {
        await using var node = await StartAsync(handOver);
        using var client = await OpenAsync(node, receiveBuffer: 4096);
        var session = Assert.Single(node.Sessions).Session;
        const int Count = 1000;
        var padding = new string('x', 9_000);
        for (var i = 0; i < Count; i++)
        {
            Assert.True(session.Send([EngineEcho.Text($"{i} {padding}")]));
        }

        Assert.True(session.BufferedBytes > 0);
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal($"4{i} {padding}", await ReadTextAsync(client));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_read_while_a_message_is_at_work_and_nothing_is_lost_after_it(bool handOver)
    {
        var go = new TaskCompletionSource();
        await using var node = await StartAsync(handOver, listener: () => new Waiting(go.Task));
        using var client = await OpenAsync(node);
        const int Count = 3000;
        var padding = new string('x', 9_000);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                await client.SendAsync(Frame(0x1, $"4{i} {padding}"));
            }
        }, TestContext.Current.CancellationToken);

        // 27 MB, which the system's buffers do not hold.
        var echo = Assert.Single(node.Sessions);
        await Until.TrueAsync(() => !echo.Received.IsEmpty, "the first message is there");
        Assert.False(sending.IsCompleted);
        Assert.Single(echo.Received);
        go.SetResult();
        await Until.TrueAsync(() => echo.Received.Count == Count, "all are there");
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), echo.Texts.Select(text => text[..text.IndexOf(' ', StringComparison.Ordinal)]));
        await sending;
    }

    [Theory]
    [InlineData("close")]
    [InlineData("half")]
    [InlineData("reset")]
    [InlineData("frame")]
    [InlineData("server")]
    [InlineData("slow")]
    [InlineData("fault")]
    public async Task A_client_that_leaves_ends_its_session_and_leaves_no_descriptor(string how)
    {
        await using var node = await StartAsync(handOver: true);
        for (var i = 0; i < 50; i++)
        {
            using var client = await OpenAsync(node);
            switch (how)
            {
                case "close":
                    client.Dispose();
                    break;
                case "half":
                    client.Socket.Shutdown(SocketShutdown.Send);
                    await client.ReadToEndAsync();
                    break;
                case "reset":
                    client.Reset();
                    break;
                case "server":
                    node.Sessions.Last().Session.Close("forced close");
                    Assert.Equal(0x8, (await ReadFrameAsync(client)).Opcode);
                    client.Dispose();
                    break;
                case "slow":
                    var message = EngineEcho.Text(new string('x', 1_000_000));
                    while (node.Sessions.Last().Session.Send([message]))
                    {
                    }

                    break;
                case "fault":
                    await client.SendAsync(new byte[] { 0x81, 0x01, (byte)'4' });
                    await client.ReadToEndAsync();
                    break;
                default:
                    await client.SendAsync(Frame(0x8, ""));
                    await client.ReadToEndAsync();
                    break;
            }
        }

        await Until.TrueAsync(() => node.Server.Count == 0, "the sessions have ended");
        await Until.TrueAsync(() => ServerSockets.Of(node.Address.Port).Count == 0, "the descriptors are closed");
    }

    [Theory]
    [InlineData(true, "wrapping length")]
    [InlineData(true, "gone")]
    [InlineData(true, "another upgrade")]
    [InlineData(false, "wrapping length")]
    public async Task An_upgrade_that_comes_to_nothing_leaves_no_descriptor(bool handOver, string how)
    {
        await using var node = await StartAsync(handOver);
        for (var i = 0; i < 10; i++)
        {
            var sid = await node.Client.OpenAsync();
            using var client = await ConnectAsync(node, $"&sid={sid}");
            await client.SendAsync(Frame(0x1, "2probe"));
            Assert.Equal("3probe", await ReadTextAsync(client));
            switch (how)
            {
                case "gone":
                    client.Reset();
                    break;
                case "another upgrade":
                    using (var another = await ConnectAsync(node, $"&sid={sid}"))
                    {
                        Assert.Equal(0x8, (await ReadFrameAsync(another)).Opcode);
                    }

                    break;
                default:
                    // With the byte that is there already, 0 in 64 bits.
                    await client.SendAsync(new byte[] { 0x01, 0x81, 0, 0, 0, 0, (byte)'4', 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0 });
                    var header = await client.ReadAsync(4);
                    Assert.Equal([0x88, 0x02], header[..2]);
                    Assert.Equal(1009, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)));
                    break;
            }
        }

        // The polls' own connections, too.
        node.Client.Dispose();
        await Until.TrueAsync(() => ServerSockets.Of(node.Address.Port).Count == 0, "the descriptors are closed");
    }

    [Fact]
    public async Task The_system_gives_up_a_client_that_acknowledges_nothing_for_as_long_as_it_may_take_to_answer()
    {
        await using var node = await EngineNode.StartAsync(options =>
        {
            options.Engine.PingInterval = TimeSpan.FromSeconds(11);
            options.Engine.PingTimeout = TimeSpan.FromSeconds(4);
        });
        using var client = await OpenAsync(node);
        Assert.Equal(15_000, ServerSockets.UserTimeout(Assert.Single(ServerSockets.Of(node.Address.Port))));
    }

    [Fact]
    public async Task A_client_that_says_nothing_more_is_ended_by_the_heartbeat()
    {
        await using var node = await EngineNode.StartAsync(options =>
        {
            options.Engine.PingInterval = TimeSpan.FromMilliseconds(300);
            options.Engine.PingTimeout = TimeSpan.FromMilliseconds(300);
        });
        using var client = await OpenAsync(node);
        Assert.Equal("ping timeout", await Assert.Single(node.Sessions).Ended);
        Assert.StartsWith("2", await ReadTextAsync(client), StringComparison.Ordinal);

        // It does not close its side either, and is cut.
        await client.ReadToEndAsync();
        await Until.TrueAsync(() => HandedOverStreamTests.OpenSockets(node.Address.Port) == 0, "its descriptor is closed");
    }

    [Fact]
    public async Task Stopping_tells_the_clients_of_a_node()
    {
        await using var node = await StartAsync(handOver: true);
        using var client = await OpenAsync(node);
        await node.StopAsync();
        Assert.Equal(0x8, (await ReadFrameAsync(client)).Opcode);
    }

    private static Task<EngineNode> StartAsync(bool handOver, Requests? requests = null, Func<EngineEcho>? listener = null) => EngineNode.StartAsync(
        options =>
        {
            options.Engine.MaxBufferedBytes = 64 * 1024 * 1024;
            options.Engine.MaxPacketsPerSecond = 0;
        },
        builder => builder.Services.Configure<PushOptions>(options => options.Transport.HandOver = handOver),
        app => app.Use(next => async context =>
        {
            requests?.Add(1);
            await next(context);
            requests?.Add(-1);
        }),
        listener);

    private static async Task<RawConnection> OpenAsync(EngineNode node, int? receiveBuffer = null)
    {
        var client = await ConnectAsync(node, receiveBuffer: receiveBuffer);
        Assert.StartsWith("0{", await ReadTextAsync(client), StringComparison.Ordinal);
        return client;
    }

    private static async Task<RawConnection> ConnectAsync(EngineNode node, string more = "", int? receiveBuffer = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Connections are handed over on Linux.");
        var client = await RawConnection.ConnectAsync(node.Address, receiveBuffer);
        await client.SendAsync(
            $"GET {EngineNode.Path}?EIO=4&transport=websocket{more} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", await client.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
        return client;
    }

    private static byte[] Frame(int opcode, string text, bool final = true) => Frame(opcode, Encoding.UTF8.GetBytes(text), final);

    private static byte[] Frame(int opcode, byte[] data, bool final = true)
    {
        var mask = RandomNumberGenerator.GetBytes(4);
        byte[] length = data.Length < 126 ? [(byte)(0x80 | data.Length)] : [0x80 | 126, (byte)(data.Length >> 8), (byte)data.Length];
        return [(byte)((final ? 0x80 : 0) | opcode), .. length, .. mask, .. data.Select((value, i) => (byte)(value ^ mask[i & 3]))];
    }

    private static async Task<string> ReadTextAsync(RawConnection client)
    {
        var (opcode, text) = await ReadFrameAsync(client);
        Assert.Equal(0x1, opcode);
        return text;
    }

    private static async Task<(int Opcode, string Text)> ReadFrameAsync(RawConnection client)
    {
        var header = await client.ReadAsync(2);
        Assert.Equal(0x80, header[0] & 0xF0);
        var length = (int)header[1];
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await client.ReadAsync(2));
        }

        Assert.True(length < 127 || header[1] == 126, "It is not masked, and not this long.");
        return (header[0] & 0x0F, Encoding.UTF8.GetString(await client.ReadAsync(length)));
    }

    private sealed class Requests
    {
        private int _open;

        public int Open => Volatile.Read(ref _open);

        public void Add(int change) => Interlocked.Add(ref _open, change);
    }

    private sealed class Waiting(Task go) : EngineEcho
    {
        public override async ValueTask OnMessageAsync(EngineMessage message)
        {
            Received.Enqueue(message);
            await go;
        }
    }
}
