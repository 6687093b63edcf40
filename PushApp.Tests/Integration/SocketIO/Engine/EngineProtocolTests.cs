using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>
/// Engine.IO, version 4: the cases of the protocol's own suite (socketio/socket.io, docs/engine.io-protocol/v4-test-suite), by name. samples/SocketIOConformance is the host to run the suite itself against.
/// </summary>
public sealed class EngineProtocolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string[] HandshakeKeys { get; } = ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"];

    [Fact]
    public async Task Handshake_by_polling_opens_a_session()
    {
        await using var node = await EngineNode.StartAsync();

        using var response = await node.Client.SendAsync(HttpMethod.Get, "transport=polling");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; charset=UTF-8", response.Content.Headers.ContentType?.ToString());
        AssertHandshake(EngineClient.Handshake(await response.Content.ReadAsStringAsync(Token)), upgrades: 1);
    }

    [Theory]
    [InlineData("transport=polling")]
    [InlineData("EIO=abc&transport=polling")]
    public async Task Handshake_by_polling_fails_with_an_invalid_EIO(string query)
    {
        await using var node = await EngineNode.StartAsync();

        using var response = await node.Client.SendAsync(HttpMethod.Get, query, withVersion: false);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("EIO=4")]
    [InlineData("EIO=4&transport=abc")]
    public async Task Handshake_by_polling_fails_with_an_invalid_transport(string query)
    {
        await using var node = await EngineNode.StartAsync();

        using var response = await node.Client.SendAsync(HttpMethod.Get, query, withVersion: false);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task Handshake_by_polling_fails_with_an_invalid_method(string method)
    {
        await using var node = await EngineNode.StartAsync();

        using var response = await node.Client.SendAsync(new HttpMethod(method), "transport=polling");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Handshake_by_WebSocket_opens_a_session()
    {
        await using var node = await EngineNode.StartAsync();

        using var socket = await node.Client.ConnectAsync();

        AssertHandshake(EngineClient.Handshake(await socket.ReceiveTextAsync()), upgrades: 0);
    }

    [Theory]
    [InlineData("transport=websocket")]
    [InlineData("EIO=abc&transport=websocket")]
    public async Task Handshake_by_WebSocket_fails_with_an_invalid_EIO(string query)
    {
        await using var node = await EngineNode.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.RefusedAsync(query: query));
    }

    [Theory]
    [InlineData("EIO=4")]
    [InlineData("EIO=4&transport=abc")]
    public async Task Handshake_by_WebSocket_fails_with_an_invalid_transport(string query)
    {
        await using var node = await EngineNode.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.RefusedAsync(query: query));
    }

    [Theory]
    [InlineData("4hello")]
    [InlineData("4test1\u001e4test2\u001e4test3")]
    [InlineData("4hello\u001ebAQIDBA==")]
    public async Task Messages_by_polling_are_sent_and_received_one_several_and_binary(string payload)
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();

        await node.Client.PostOkAsync(sid, payload);

        Assert.Equal(payload, await node.Client.PollTextAsync(sid));
    }

    [Fact]
    public async Task Polling_closes_the_session_upon_an_invalid_packet()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();

        using var response = await node.Client.PostAsync(sid, "abc");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));
        Assert.Equal("parse error", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task Polling_closes_the_session_upon_duplicate_polls()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        var first = node.Client.PollTextAsync(sid);
        await PollWaits(node);

        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));

        Assert.Equal("1", await first);
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));
        Assert.Equal("transport error", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task Polling_closes_the_session_upon_a_cancelled_poll()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var poll = node.Client.PollAsync(sid, cancel);
        await PollWaits(node);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);

        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));
        Assert.Equal("transport error", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task WebSocket_sends_and_receives_text()
    {
        await using var node = await EngineNode.StartAsync();
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("4hello");

        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task WebSocket_sends_and_receives_bytes()
    {
        await using var node = await EngineNode.StartAsync();
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync([1, 2, 3, 4]);

        Assert.Equal([1, 2, 3, 4], await socket.ReceiveBytesAsync());
    }

    [Fact]
    public async Task WebSocket_closes_the_session_upon_an_invalid_packet()
    {
        await using var node = await EngineNode.StartAsync();
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("abc");

        await socket.ClosedAsync();
        Assert.Equal("parse error", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task Heartbeat_by_polling_pings_and_takes_pongs()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.PingInterval = TimeSpan.FromMilliseconds(100));
        var sid = await node.Client.OpenAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("2", await node.Client.PollTextAsync(sid));
            await node.Client.PostOkAsync(sid, "3");
        }
    }

    [Fact]
    public async Task Heartbeat_by_polling_closes_the_session_when_no_pong_comes_in_time()
    {
        var time = new FakeTimeProvider();
        await using var node = await EngineNode.StartAsync(time: time);
        var sid = await node.Client.OpenAsync();

        time.Advance(new EngineOptions().PingInterval);
        time.Advance(new EngineOptions().PingTimeout);

        Assert.Equal("ping timeout", await Assert.Single(node.Sessions).Ended);
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));
    }

    [Fact]
    public async Task Heartbeat_by_WebSocket_pings_and_takes_pongs()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.PingInterval = TimeSpan.FromMilliseconds(100));
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("2", await socket.ReceiveTextAsync());
            await socket.SendAsync("3");
        }
    }

    [Fact]
    public async Task Heartbeat_by_WebSocket_closes_the_session_when_no_pong_comes_in_time()
    {
        await using var node = await EngineNode.StartAsync(options =>
        {
            options.Engine.PingInterval = TimeSpan.FromMilliseconds(100);
            options.Engine.PingTimeout = TimeSpan.FromMilliseconds(100);
        });
        using var socket = await node.Client.ConnectAsync();

        await socket.ClosedAsync();

        Assert.Equal("ping timeout", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task Close_by_polling_ends_the_poll_and_the_session()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();

        // In either order, as two connections have none.
        var poll = node.Client.PollTextAsync(sid);
        await node.Client.PostOkAsync(sid, "1");

        Assert.Equal("6", await poll);
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));
        Assert.Equal("transport close", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task Close_by_WebSocket_closes_it()
    {
        await using var node = await EngineNode.StartAsync();
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("1");

        await socket.ClosedAsync();
        Assert.Equal("transport close", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task Upgrade_from_polling_to_WebSocket()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveTextAsync());
        Assert.Equal("6", await node.Client.PollTextAsync(sid));

        await socket.SendAsync("5");
        await socket.SendAsync("4hello");

        Assert.Equal("4hello", await socket.ReceiveTextAsync());
        Assert.Equal("websocket", Assert.Single(node.Sessions).Session.Transport);
    }

    [Fact]
    public async Task Upgrade_ignores_polls_after_it()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);
        await UpgradeAsync(socket);

        // A poll that comes before the upgrade has is answered as any.
        await Until.TrueAsync(() => node.Sessions.Single().Session.Transport == "websocket", "it has upgraded");
        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.PollStatusAsync(sid));

        await socket.SendAsync("4hello");
        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task Upgrade_ignores_another_WebSocket_after_it()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync(sid);
        await UpgradeAsync(socket);

        using var another = await node.Client.ConnectAsync(sid);

        await another.ClosedAsync();
        await socket.SendAsync("4hello");
        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    internal static async Task UpgradeAsync(EngineSocket socket)
    {
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveTextAsync());
        await socket.SendAsync("5");
    }

    private static Task PollWaits(EngineNode node) => Until.TrueAsync(() => node.Sessions.Single().Session.IsWritable, "a poll waits");

    private static void AssertHandshake(JsonElement handshake, int upgrades)
    {
        Assert.Equal(HandshakeKeys, handshake.EnumerateObject().Select(property => property.Name));
        Assert.Equal(JsonValueKind.String, handshake.GetProperty("sid").ValueKind);
        Assert.Equal(upgrades, handshake.GetProperty("upgrades").GetArrayLength());
        Assert.Equal(25_000, handshake.GetProperty("pingInterval").GetInt32());
        Assert.Equal(20_000, handshake.GetProperty("pingTimeout").GetInt32());
        Assert.Equal(1_000_000, handshake.GetProperty("maxPayload").GetInt32());
    }
}
