using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>Engine.IO, version 3, behind <c>AllowEIO3</c>: the cases of its suite (socketio/socket.io, docs/engine.io-protocol/v3-test-suite), by name, and what else its clients do.</summary>
public sealed class EngineProtocolV3Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handshake_by_polling_opens_a_session()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");

        using var response = await client.SendAsync(HttpMethod.Get, "transport=polling");

        var body = await response.Content.ReadAsStringAsync(Token);
        var colon = body.IndexOf(':', StringComparison.Ordinal);
        Assert.Equal(body.Length - colon - 1, int.Parse(body[..colon], System.Globalization.CultureInfo.InvariantCulture));
        var handshake = EngineClient.Handshake(body[(colon + 1)..]);
        Assert.Equal("websocket", Assert.Single(handshake.GetProperty("upgrades").EnumerateArray()).GetString());
        Assert.Equal(25_000, handshake.GetProperty("pingInterval").GetInt32());
        Assert.Equal(20_000, handshake.GetProperty("pingTimeout").GetInt32());
    }

    [Theory]
    [InlineData("EIO=3")]
    [InlineData("EIO=3&transport=abc")]
    public async Task Handshake_by_polling_fails_with_an_invalid_transport(string query)
    {
        await using var node = await StartAsync();

        using var response = await node.Client.SendAsync(HttpMethod.Get, query, withVersion: false);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Handshake_by_polling_fails_with_an_invalid_method()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");

        using var response = await client.SendAsync(HttpMethod.Post, "transport=polling");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Handshake_by_WebSocket_opens_a_session()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");

        using var socket = await client.ConnectAsync();

        var handshake = EngineClient.Handshake(await socket.ReceiveTextAsync());
        Assert.Equal(0, handshake.GetProperty("upgrades").GetArrayLength());
        Assert.Equal(25_000, handshake.GetProperty("pingInterval").GetInt32());
    }

    [Theory]
    [InlineData("transport=websocket")]
    [InlineData("EIO=abc&transport=websocket")]
    public async Task Handshake_by_WebSocket_fails_with_an_invalid_EIO(string query)
    {
        await using var node = await StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.RefusedAsync(query: query));
    }

    [Theory]
    [InlineData("EIO=3")]
    [InlineData("EIO=3&transport=abc")]
    public async Task Handshake_by_WebSocket_fails_with_an_invalid_transport(string query)
    {
        await using var node = await StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await node.Client.RefusedAsync(query: query));
    }

    [Fact]
    public async Task Handshake_fails_where_version_3_is_not_allowed()
    {
        await using var node = await EngineNode.StartAsync();
        using var client = new EngineClient(node.Address, "3");

        using var response = await client.SendAsync(HttpMethod.Get, "transport=polling");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("""{"code":5,"message":"Unsupported protocol version"}""", await response.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("6:4hello")]
    [InlineData("6:4test16:4test26:4test3")]
    [InlineData("6:4hello10:b4AQIDBA==")]
    [InlineData("4:4\u20ac\ud83d\ude00")]
    public async Task Messages_by_polling_are_sent_and_received_one_several_and_base64(string payload)
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync("&b64=1");

        await client.PostOkAsync(sid, payload);

        Assert.Equal(payload, await client.PollTextAsync(sid));
    }

    [Fact]
    public async Task Messages_by_polling_are_received_as_bytes_where_the_client_can_take_them()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();

        await client.PostOkAsync(sid, "6:4hello10:b4AQIDBA==");

        using var response = await client.PollAsync(sid);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal([0, 6, 255, .. "4hello"u8, 1, 5, 255, 4, 1, 2, 3, 4], await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Messages_by_polling_are_sent_as_bytes()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync("&b64=1");
        using var body = new ByteArrayContent([0, 6, 255, .. "4hello"u8, 1, 5, 255, 4, 1, 2, 3, 4]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        using var response = await client.PostAsync(sid, body);

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("6:4hello10:b4AQIDBA==", await client.PollTextAsync(sid));
    }

    [Fact]
    public async Task Polling_closes_the_session_upon_an_invalid_packet()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();

        using var response = await client.PostAsync(sid, "abc");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, await client.PollStatusAsync(sid));
    }

    [Fact]
    public async Task Polling_closes_the_session_upon_duplicate_polls()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();
        var first = client.PollTextAsync(sid);
        await Until.TrueAsync(() => node.Sessions.Single().Session.IsWritable, "a poll waits");

        Assert.Equal(HttpStatusCode.BadRequest, await client.PollStatusAsync(sid));

        Assert.Equal("1:1", await first);
        Assert.Equal(HttpStatusCode.BadRequest, await client.PollStatusAsync(sid));
    }

    [Fact]
    public async Task WebSocket_sends_and_receives_text()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        using var socket = await client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("4hello");

        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task WebSocket_sends_and_receives_bytes()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        using var socket = await client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync([4, 1, 2, 3, 4]);

        Assert.Equal([4, 1, 2, 3, 4], await socket.ReceiveBytesAsync());
        Assert.Equal([1, 2, 3, 4], Assert.Single(Assert.Single(node.Sessions).Received).Data.ToArray());
    }

    [Fact]
    public async Task WebSocket_closes_the_session_upon_an_invalid_packet()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        using var socket = await client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("abc");

        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Heartbeat_by_polling_answers_pings()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();

        for (var i = 0; i < 3; i++)
        {
            await client.PostOkAsync(sid, "1:2");
            Assert.Equal("1:3", await client.PollTextAsync(sid));
        }
    }

    [Fact]
    public async Task Heartbeat_by_polling_closes_the_session_when_no_ping_comes_in_time()
    {
        var time = new FakeTimeProvider();
        await using var node = await StartAsync(time: time);
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();

        time.Advance(new EngineOptions().PingInterval + new EngineOptions().PingTimeout);

        Assert.Equal("ping timeout", await Assert.Single(node.Sessions).Ended);
        using var response = await client.PostAsync(sid, "1:2");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Heartbeat_by_WebSocket_answers_pings()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        using var socket = await client.ConnectAsync();
        await socket.ReceiveTextAsync();

        for (var i = 0; i < 3; i++)
        {
            await socket.SendAsync("2");
            Assert.Equal("3", await socket.ReceiveTextAsync());
        }
    }

    [Fact]
    public async Task Heartbeat_by_WebSocket_closes_the_session_when_no_ping_comes_in_time()
    {
        await using var node = await StartAsync(fast: true);
        using var client = new EngineClient(node.Address, "3");
        using var socket = await client.ConnectAsync();

        await socket.ClosedAsync();

        Assert.Equal("ping timeout", await Assert.Single(node.Sessions).Ended);
    }

    [Fact]
    public async Task Close_by_polling_ends_the_poll_and_the_session()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();

        var poll = client.PollTextAsync(sid);
        await client.PostOkAsync(sid, "1:1");

        Assert.Equal("1:6", await poll);
        Assert.Equal(HttpStatusCode.BadRequest, await client.PollStatusAsync(sid));
    }

    [Fact]
    public async Task Close_by_WebSocket_closes_it()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        using var socket = await client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("1");

        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Upgrade_from_polling_to_WebSocket()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();
        using var socket = await client.ConnectAsync(sid);
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveTextAsync());
        Assert.Equal("1:6", await client.PollTextAsync(sid));

        await socket.SendAsync("5");
        await socket.SendAsync("4hello");

        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task Upgrade_ignores_polls_after_it()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();
        using var socket = await client.ConnectAsync(sid);
        await EngineProtocolTests.UpgradeAsync(socket);

        Assert.Equal(HttpStatusCode.BadRequest, await client.PollStatusAsync(sid));

        await socket.SendAsync("4hello");
        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task Upgrade_ignores_another_WebSocket_after_it()
    {
        await using var node = await StartAsync();
        using var client = new EngineClient(node.Address, "3");
        var sid = await client.OpenAsync();
        using var socket = await client.ConnectAsync(sid);
        await EngineProtocolTests.UpgradeAsync(socket);

        using var another = await client.ConnectAsync(sid);

        await another.ClosedAsync();
        await socket.SendAsync("4hello");
        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    private static Task<EngineNode> StartAsync(bool fast = false, TimeProvider? time = null) => EngineNode.StartAsync(
        options =>
        {
            options.Engine.AllowEIO3 = true;
            if (fast)
            {
                options.Engine.PingInterval = TimeSpan.FromMilliseconds(100);
                options.Engine.PingTimeout = TimeSpan.FromMilliseconds(100);
            }
        },
        time: time);
}
