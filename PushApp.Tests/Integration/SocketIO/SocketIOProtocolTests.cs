using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.SocketIO.Engine;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>
/// Socket.IO, protocol 5: the cases of the protocol's own suite (socketio/socket.io, docs/socket.io-protocol/v5-test-suite), by name. samples/SocketIOConformance is the host to run the
/// suite itself against, with its settings: those are too short for a machine that has other work.
/// </summary>
public sealed class SocketIOProtocolTests
{
    private static readonly string[] HandshakeKeys = ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"];

    // Before the first ping, so that it is not the heartbeat that closes.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal sealed class Suite : SocketNamespace
    {
        public override ValueTask OnConnectedAsync() => Socket.EmitAsync("auth", Socket.Handshake.Auth);

        [SocketEvent("message")]
        public ValueTask Echo(SocketArguments arguments) => Socket.EmitAsync("message-back", arguments);

        [SocketEvent("message-with-ack")]
        public static SocketArguments Answer(SocketArguments arguments) => arguments;
    }

    [Fact]
    public async Task Engine_handshake_by_polling_opens_a_session()
    {
        await using var node = await StartAsync();
        var packet = await node.Http.GetStringAsync("/socket.io/?EIO=4&transport=polling", Token);

        AssertHandshake(packet, "websocket");
    }

    [Theory]
    [InlineData("transport=polling")]
    [InlineData("EIO=abc&transport=polling")]
    public async Task Engine_handshake_by_polling_fails_with_an_invalid_EIO(string query) => await AssertRefusedAsync(HttpMethod.Get, query);

    [Theory]
    [InlineData("EIO=4")]
    [InlineData("EIO=4&transport=abc")]
    public async Task Engine_handshake_by_polling_fails_with_an_invalid_transport(string query) => await AssertRefusedAsync(HttpMethod.Get, query);

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task Engine_handshake_by_polling_fails_with_an_invalid_method(string method) => await AssertRefusedAsync(new HttpMethod(method), "EIO=4&transport=polling");

    [Fact]
    public async Task Engine_handshake_by_WebSocket_opens_a_session()
    {
        await using var node = await StartAsync();
        using var socket = await OpenAsync(node);

        AssertHandshake(await socket.ReceiveTextAsync(), null);
    }

    [Theory]
    [InlineData("transport=websocket")]
    [InlineData("EIO=abc&transport=websocket")]
    public async Task Engine_handshake_by_WebSocket_fails_with_an_invalid_EIO(string query) => await AssertSocketRefusedAsync(query);

    [Theory]
    [InlineData("EIO=4")]
    [InlineData("EIO=4&transport=abc")]
    public async Task Engine_handshake_by_WebSocket_fails_with_an_invalid_transport(string query) => await AssertSocketRefusedAsync(query);

    [Fact]
    public async Task Engine_heartbeat_by_polling_goes_on_while_it_is_answered()
    {
        await using var node = await StartAsync(pingTimeout: TimeSpan.FromSeconds(20));
        var sid = await OpenByPollingAsync(node);
        await PostAsync(node, sid, "40");
        for (var pings = 0; pings < 3;)
        {
            foreach (var packet in (await PollAsync(node, sid)).Split('\x1e').Where(packet => packet == "2"))
            {
                pings++;
                await PostAsync(node, sid, "3");
            }
        }
    }

    [Fact]
    public async Task Engine_heartbeat_by_polling_closes_a_session_that_does_not_answer()
    {
        await using var node = await StartAsync(pingTimeout: TimeSpan.FromSeconds(1));
        var sid = await OpenByPollingAsync(node);

        await Until.TrueAsync(async () => await StatusAsync(node, sid) == HttpStatusCode.BadRequest, "the session ends");
    }

    [Fact]
    public async Task Engine_heartbeat_by_WebSocket_goes_on_while_it_is_answered()
    {
        await using var node = await StartAsync(pingTimeout: TimeSpan.FromSeconds(20));
        using var socket = await ConnectAsync(node);
        for (var pings = 0; pings < 3; pings++)
        {
            Assert.Equal("2", await socket.ReceiveTextAsync());
            await socket.SendAsync("3");
        }
    }

    [Fact]
    public async Task Engine_heartbeat_by_WebSocket_closes_a_session_that_does_not_answer()
    {
        await using var node = await StartAsync(pingTimeout: TimeSpan.FromSeconds(1));
        using var socket = await OpenAsync(node);

        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Engine_close_by_polling_ends_the_session()
    {
        await using var node = await StartAsync();
        var sid = await OpenByPollingAsync(node);
        var poll = PollAsync(node, sid);

        await PostAsync(node, sid, "1");

        Assert.Equal("6", await poll);
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(node, sid));
    }

    [Fact]
    public async Task Engine_close_by_WebSocket_ends_the_session()
    {
        await using var node = await StartAsync();
        using var socket = await OpenAsync(node);
        await socket.ReceiveTextAsync();

        await socket.SendAsync("1");

        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Engine_upgrades_from_polling_to_WebSocket()
    {
        await using var node = await StartAsync();
        using var socket = await UpgradeAsync(node, await OpenByPollingAsync(node));

        await socket.SendAsync("40");

        Assert.StartsWith("40{", await socket.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_ignores_requests_of_a_session_after_its_upgrade()
    {
        await using var node = await StartAsync();
        var sid = await OpenByPollingAsync(node);
        using var socket = await UpgradeAsync(node, sid);

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(node, sid));
    }

    [Fact]
    public async Task Engine_ignores_a_WebSocket_of_a_session_after_its_upgrade()
    {
        await using var node = await StartAsync();
        var sid = await OpenByPollingAsync(node);
        using var socket = await UpgradeAsync(node, sid);
        await socket.SendAsync("40");
        await socket.ReceiveTextAsync();

        try
        {
            using var second = await OpenAsync(node, $"EIO=4&transport=websocket&sid={sid}");
            await second.ClosedAsync();
        }
        catch (WebSocketException)
        {
            // Refused outright, which is closed too.
        }

        await socket.SendAsync("42[\"message\"]");
        Assert.Equal("42[\"auth\",{}]", await socket.ReceiveTextAsync());
        Assert.Equal("42[\"message-back\"]", await socket.ReceiveTextAsync());
    }

    [Theory]
    [InlineData("40", "40{", "42[\"auth\",{}]")]
    public Task Connect_to_the_main_namespace(string sent, string answer, string auth) => AssertConnectsAsync(sent, answer, auth);

    [Theory]
    [InlineData("40{\"token\":\"123\"}", "40{", "42[\"auth\",{\"token\":\"123\"}]")]
    public Task Connect_to_the_main_namespace_with_a_payload(string sent, string answer, string auth) => AssertConnectsAsync(sent, answer, auth);

    [Theory]
    [InlineData("40/custom,", "40/custom,{", "42/custom,[\"auth\",{}]")]
    [InlineData("40/custom", "40/custom,{", "42/custom,[\"auth\",{}]")]
    public Task Connect_to_a_custom_namespace(string sent, string answer, string auth) => AssertConnectsAsync(sent, answer, auth);

    [Theory]
    [InlineData("40/custom,{\"token\":\"abc\"}", "40/custom,{", "42/custom,[\"auth\",{\"token\":\"abc\"}]")]
    public Task Connect_to_a_custom_namespace_with_a_payload(string sent, string answer, string auth) => AssertConnectsAsync(sent, answer, auth);

    [Fact]
    public async Task Connect_to_an_unknown_namespace_is_refused()
    {
        await using var node = await StartAsync();
        using var socket = await OpenAsync(node);
        await socket.ReceiveTextAsync();

        await socket.SendAsync("40/random");

        Assert.Equal("44/random,{\"message\":\"Invalid namespace\"}", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task Connect_with_an_invalid_handshake_closes()
    {
        await using var node = await StartAsync();
        using var socket = await OpenAsync(node);
        await socket.ReceiveTextAsync();

        await socket.SendAsync("4abc");

        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Connect_that_does_not_come_closes()
    {
        var time = new FakeTimeProvider();
        await using var node = await StartAsync(time: time);
        using var socket = await OpenAsync(node);
        await socket.ReceiveTextAsync();

        time.Advance(ConnectTimeout);

        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Connect_that_is_refused_and_not_repeated_elsewhere_closes_too()
    {
        var time = new FakeTimeProvider();
        await using var node = await StartAsync(time: time);
        using var socket = await OpenAsync(node);
        await socket.ReceiveTextAsync();
        await socket.SendAsync("40/random");
        Assert.StartsWith("44/random,", await socket.ReceiveTextAsync(), StringComparison.Ordinal);

        time.Advance(ConnectTimeout);

        await socket.ClosedAsync();
    }

    [Fact]
    public async Task Disconnect_from_the_main_namespace_leaves_the_connection_open()
    {
        await using var node = await StartAsync();
        using var socket = await ConnectAsync(node);

        await socket.SendAsync("41");
        await socket.SendAsync("40/custom");

        Assert.StartsWith("40/custom,", await socket.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disconnect_from_a_custom_namespace_leaves_the_main_one()
    {
        await using var node = await StartAsync();
        using var socket = await ConnectAsync(node);
        await socket.SendAsync("40/custom");
        await socket.ReceiveTextAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("41/custom");
        await socket.SendAsync("42[\"message\",\"message to main namespace\"]");

        Assert.Equal("42[\"message-back\",\"message to main namespace\"]", await socket.ReceiveTextAsync());
    }

    [Fact]
    public Task Message_of_plain_text() => AssertAnswersAsync("42[\"message\",1,\"2\",{\"3\":[true]}]", "42[\"message-back\",1,\"2\",{\"3\":[true]}]");

    [Fact]
    public Task Message_with_binary_attachments() => AssertAnswersAsync(
        "452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
        "452-[\"message-back\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
        [1, 2, 3],
        [4, 5, 6]);

    [Fact]
    public Task Message_of_plain_text_with_an_ack() => AssertAnswersAsync("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]", "43456[1,\"2\",{\"3\":[false]}]");

    [Fact]
    public Task Message_with_binary_attachments_and_an_ack() => AssertAnswersAsync(
        "452-789[\"message-with-ack\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
        "462-789[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
        [1, 2, 3],
        [4, 5, 6]);

    [Theory]
    [InlineData("4abc")]
    [InlineData("49[\"message\"]")]
    public Task Message_of_an_unknown_packet_type_closes(string packet) => AssertClosesAsync(packet);

    [Theory]
    [InlineData("42{}")]
    [InlineData("42[]")]
    [InlineData("42[\"disconnect\"]")]
    public Task Message_of_an_invalid_payload_closes(string packet) => AssertClosesAsync(packet);

    [Theory]
    [InlineData("42abc[\"message-with-ack\",1,\"2\",{\"3\":[false]}]")]
    public Task Message_with_an_invalid_ack_id_closes(string packet) => AssertClosesAsync(packet);

    /// <param name="pingTimeout">Where it matters: then the server pings often, too.</param>
    /// <param name="time">The clock of the node, where it is not to go on by itself.</param>
    private static Task<SocketIONode> StartAsync(TimeSpan? pingTimeout = null, TimeProvider? time = null) => SocketIONode.StartAsync(
        io =>
        {
            io.MapNamespace<Suite>("/");
            io.MapNamespace<Suite>("/custom");
        },
        options: options =>
        {
            if (time is not null)
            {
                options.ConnectTimeout = ConnectTimeout;
            }

            if (pingTimeout is { } timeout)
            {
                options.Engine.PingInterval = TimeSpan.FromMilliseconds(300);
                options.Engine.PingTimeout = timeout;
            }
        },
        time: time);

    private static async Task<EngineSocket> OpenAsync(SocketIONode node, string query = "EIO=4&transport=websocket")
    {
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws", Path = "/socket.io/", Query = query }.Uri, Token);
            return new EngineSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connected to the main namespace, with nothing left to read.</summary>
    private static async Task<EngineSocket> ConnectAsync(SocketIONode node)
    {
        var socket = await OpenAsync(node);
        await socket.ReceiveTextAsync();
        await socket.SendAsync("40");
        await socket.ReceiveTextAsync();
        await socket.ReceiveTextAsync();
        return socket;
    }

    private static async Task<EngineSocket> UpgradeAsync(SocketIONode node, string sid)
    {
        var socket = await OpenAsync(node, $"EIO=4&transport=websocket&sid={sid}");
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveTextAsync());
        await socket.SendAsync("5");
        return socket;
    }

    private static async Task<string> OpenByPollingAsync(SocketIONode node) =>
        AssertHandshake(await node.Http.GetStringAsync("/socket.io/?EIO=4&transport=polling", Token), "websocket");

    private static Task<string> PollAsync(SocketIONode node, string sid) => node.Http.GetStringAsync($"/socket.io/?EIO=4&transport=polling&sid={sid}", Token);

    private static async Task<HttpStatusCode> StatusAsync(SocketIONode node, string sid)
    {
        using var response = await node.Http.GetAsync($"/socket.io/?EIO=4&transport=polling&sid={sid}", Token);
        return response.StatusCode;
    }

    private static async Task PostAsync(SocketIONode node, string sid, string body)
    {
        using var response = await node.Http.PostAsync($"/socket.io/?EIO=4&transport=polling&sid={sid}", new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Token);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Token));
    }

    private static string AssertHandshake(string packet, string? upgrade)
    {
        Assert.StartsWith("0", packet, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(packet[1..]);
        Assert.Equal(HandshakeKeys.Order(), document.RootElement.EnumerateObject().Select(property => property.Name).Order());
        Assert.Equal(upgrade is null ? [] : [upgrade], document.RootElement.GetProperty("upgrades").EnumerateArray().Select(item => item.GetString()));
        return document.RootElement.GetProperty("sid").GetString()!;
    }

    private static async Task AssertRefusedAsync(HttpMethod method, string query)
    {
        await using var node = await StartAsync();
        using var request = new HttpRequestMessage(method, $"/socket.io/?{query}");
        using var response = await node.Http.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static async Task AssertSocketRefusedAsync(string query)
    {
        await using var node = await StartAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(node, query));
    }

    private static async Task AssertConnectsAsync(string sent, string answer, string auth)
    {
        await using var node = await StartAsync();
        using var socket = await OpenAsync(node);
        await socket.ReceiveTextAsync();

        await socket.SendAsync(sent);

        var connected = await socket.ReceiveTextAsync();
        Assert.StartsWith(answer, connected, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(connected[(answer.Length - 1)..]);
        Assert.Equal("sid", Assert.Single(document.RootElement.EnumerateObject()).Name);
        Assert.Equal(auth, await socket.ReceiveTextAsync());
    }

    private static async Task AssertAnswersAsync(string sent, string answer, params byte[][] attachments)
    {
        await using var node = await StartAsync();
        using var socket = await ConnectAsync(node);

        await socket.SendAsync(sent);
        foreach (var attachment in attachments)
        {
            await socket.SendAsync(attachment);
        }

        Assert.Equal(answer, await socket.ReceiveTextAsync());
        foreach (var attachment in attachments)
        {
            Assert.Equal(attachment, await socket.ReceiveBytesAsync());
        }
    }

    private static async Task AssertClosesAsync(string packet)
    {
        await using var node = await StartAsync();
        using var socket = await ConnectAsync(node);

        await socket.SendAsync(packet);

        await socket.ClosedAsync();
    }
}
