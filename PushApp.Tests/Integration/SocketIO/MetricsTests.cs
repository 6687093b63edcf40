using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PushApp.SocketIO;
using PushApp.SocketIO.Engine.Cluster;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>What Socket.IO measures (docs/socketio.md, Metrics).</summary>
public sealed class MetricsTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_sockets_events_and_packets_are_counted()
    {
        await using var node = await StartAsync();
        using var measured = new Measurements(node.Services, SocketIOTelemetry.MeterName);
        using (var client = await RawClient.OpenAsync(node, ""))
        {
            await client.ReceiveAsync("42[\"welcome\"");
            await client.SendAsync("""421["add",1,2]""");
            await client.ReceiveAsync("431");
            await client.SendAsync("40/tenant-7,");
            await client.ReceiveAsync("42/tenant-7,[\"welcome\"");

            Assert.Equal(1, measured["pushapp.socketio.sessions transport=websocket protocol=4"]);
            Assert.Equal(1, measured["pushapp.socketio.sockets namespace=/"]);
            Assert.Equal(1, measured[@"pushapp.socketio.sockets namespace=^/tenant-\d+$"]);
            Assert.Equal(1, measured["pushapp.socketio.events.received namespace=/"]);
            Assert.Equal(1, measured["pushapp.socketio.events.sent namespace=/"]);
            Assert.Equal(3, measured["pushapp.socketio.packets.received transport=websocket"]);
            Assert.Equal("40".Length - 1 + """421["add",1,2]""".Length - 1 + "40/tenant-7,".Length - 1, measured["pushapp.socketio.bytes.received transport=websocket"]);

            // open, connect, welcome, the acknowledgement, connect, welcome
            Assert.Equal(6, measured["pushapp.socketio.packets.sent transport=websocket"]);
            Assert.InRange(measured["pushapp.socketio.bytes.sent transport=websocket"], 100, 1000);
        }

        await Until.TrueAsync(() => measured["pushapp.socketio.sockets namespace=/"] == 0, $"its sockets are gone:\n{measured}");
        Assert.Equal(0, measured["pushapp.socketio.sessions transport=websocket protocol=4"]);
        Assert.Equal(1, measured["pushapp.socketio.sessions.closed reason=transport close"]);
    }

    [Fact]
    public async Task Refusals_acknowledgements_and_upgrades_are_counted()
    {
        var time = new FakeTimeProvider();
        await using var node = await StartAsync(time: time);
        using var measured = new Measurements(node.Services, SocketIOTelemetry.MeterName);
        using var refused = await node.Http.GetAsync("/socket.io/?EIO=4&transport=smoke", Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var handshake = await node.Http.GetStringAsync("/socket.io/?EIO=4&transport=polling", Token);
        var sid = handshake.Split('"')[3];
        using var client = await RawClient.UpgradeAsync(node, sid);
        await client.SendAsync("40");
        await client.ReceiveAsync("42[\"welcome\"");
        await client.SendAsync("40/nowhere,");
        await client.ReceiveAsync("44/nowhere,");
        await client.SendAsync("""421["askMe","?"]""");
        await client.ReceiveAsync("42");
        Assert.Equal(1, measured["pushapp.socketio.acks.pending"]);

        // Waited for from a moment after the question has left.
        await Until.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return measured["pushapp.socketio.acks.timeouts namespace=/"] > 0;
            },
            "the answer is given up");
        Assert.Contains("failed", await client.ReceiveAsync("431"), StringComparison.Ordinal);

        Assert.Equal(1, measured["pushapp.socketio.requests.refused code=0 http.response.status_code=400"]);
        Assert.Equal(1, measured["pushapp.socketio.connect_errors namespace=unknown error.type=unknown_namespace"]);
        Assert.Equal(1, measured["pushapp.socketio.acks.timeouts namespace=/"]);
        Assert.Equal(0, measured["pushapp.socketio.acks.pending"]);
        Assert.Equal(1, measured["pushapp.socketio.upgrades outcome=completed"]);
        Assert.Equal(0, measured["pushapp.socketio.sessions transport=polling protocol=4"]);
        Assert.Equal(1, measured["pushapp.socketio.sessions transport=websocket protocol=4"]);
        Assert.Equal(1, measured["pushapp.socketio.packets.sent transport=polling"]);
    }

    [Fact]
    public async Task Volatile_events_that_are_dropped_and_slow_clients_are_counted()
    {
        await using var node = await StartAsync(options: options => options.Engine.MaxBufferedBytes = 4096);
        using var measured = new Measurements(node.Services, SocketIOTelemetry.MeterName);
        var handshake = await node.Http.GetStringAsync("/socket.io/?EIO=4&transport=polling", Token);
        var url = $"/socket.io/?EIO=4&transport=polling&sid={handshake.Split('"')[3]}";
        using var taken = await node.Http.PostAsync(url, new StringContent("40"), Token);
        while (!(await node.Http.GetStringAsync(url, Token)).Contains("welcome", StringComparison.Ordinal))
        {
        }

        await node.Server.Main.Volatile().EmitAsync("said", "now or never", Token);
        Assert.Equal(1, measured["pushapp.socketio.events.dropped namespace=/"]);
        await node.Server.Main.EmitAsync("said", new string('x', 5000), Token);
        await Until.TrueAsync(() => measured["pushapp.socketio.sessions.closed reason=slow consumer"] == 1, "it is dropped");
    }

    [Fact]
    public async Task Recoveries_and_forwarded_requests_are_counted_by_outcome()
    {
        var broker = (await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString;
        var prefix = Guid.NewGuid().ToString("N")[..8];
        await using var one = await StartAsync(broker, prefix);
        await using var two = await StartAsync(broker, prefix);
        using var measured = new Measurements(two.Services, SocketIOTelemetry.MeterName);
        await two.Services.GetRequiredService<NodeLease>().Registered.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await one.Services.GetRequiredService<NodeLease>().Registered.WaitAsync(TimeSpan.FromSeconds(30), Token);

        using var client = await RawClient.OpenAsync(one, "");
        var (_, privateId) = await client.ConnectedAsync();
        using var back = await RawClient.ReturnAsync(two, privateId);
        await back.ConnectedAsync();
        using var anew = await RawClient.ReturnAsync(two, "made up");
        await anew.ConnectedAsync();
        Assert.Equal(1, measured["pushapp.socketio.recoveries outcome=recovered"]);
        Assert.Equal(1, measured["pushapp.socketio.recoveries outcome=unknown"]);

        var handshake = await one.Http.GetStringAsync("/socket.io/?EIO=4&transport=polling", Token);
        using var forwarded = await two.Http.PostAsync($"/socket.io/?EIO=4&transport=polling&sid={handshake.Split('"')[3]}", new StringContent("40"), Token);
        Assert.Equal(HttpStatusCode.OK, forwarded.StatusCode);
        using var unknown = await two.Http.GetAsync("/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAbbbbbbbbbbbbbbbbbbbb", Token);
        Assert.Equal(1, measured["pushapp.socketio.requests.forwarded outcome=forwarded"]);
    }

    private static async Task<SocketIONode> StartAsync(
        string? redis = null, string prefix = "test", Action<SocketIOOptions>? options = null, TimeProvider? time = null) => await SocketIONode.StartAsync(
        io =>
        {
            io.MapNamespace<TestNamespace>();
            io.MapNamespace<TestNamespace>(new System.Text.RegularExpressions.Regex(@"^/tenant-\d+$"));
        },
        redis,
        prefix,
        configured =>
        {
            configured.Recovery.Enabled = redis is not null;
            configured.Cluster.Secret = "a secret of the tests, long enough for anyone";
            options?.Invoke(configured);
        },
        services: services => services.AddSingleton<Journal>(),
        time: time);
}
