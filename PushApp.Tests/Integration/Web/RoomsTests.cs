using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>The rooms of the main namespace, by the AppHost's address alone, with the official clients.</summary>
public sealed class RoomsTests(RoomsApp app, SocketIOClientsFixture fixture) : IClassFixture<RoomsApp>, IClassFixture<SocketIOClientsFixture>
{
    private static readonly string[] Polling = ["polling"];
    private static readonly string[] WebSocket = ["websocket"];
    private static readonly string[] Both = ["polling", "websocket"];

    private readonly string _room = $"tea {Guid.NewGuid():N}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    [InlineData("upgrade")]
    public async Task Events_to_a_room_reach_each_client_at_both_nodes_exactly_once(string transport)
    {
        var options = new { transports = transport switch { "polling" => Polling, "websocket" => WebSocket, _ => Both } };
        var clients = await ConnectAtBothNodesAsync(options);
        foreach (var client in clients)
        {
            await client.EmitAsync("subscribe", _room);
            Assert.Equal(_room, (string)(await client.NextAsync("joined")).Arguments[0]!);
        }

        if (transport == "upgrade")
        {
            await Until.TrueAsync(async () => (await Task.WhenAll(clients.Select(client => client.TransportAsync()))).All(name => name == "websocket"), "all clients have upgraded");
        }

        for (var i = 0; i < 30; i++)
        {
            await clients[i % clients.Count].EmitAsync("myevent", _room, i, $"text {i}");
        }

        foreach (var client in clients)
        {
            await Until.TrueAsync(() => client.Of("myevent").Count >= 30, "all events come");
        }

        // From another process, which is no web node; by the room's log it comes after everything above, so what was doubled is there too.
        await using var publisher = await PushNode.StartAsync(await app.BrokerAsync(), "push");
        await publisher.Publisher.EmitToRoomAsync(_room, "end", 7);
        foreach (var client in clients)
        {
            Assert.Equal(7, (int)(await client.NextAsync("end")).Arguments[0]!);
            Assert.Equal(Enumerable.Range(0, 30), client.Of("myevent").Select(item => (int)item.Arguments[0]!).Order());
            Assert.All(client.Of("myevent"), item => Assert.Equal($"text {(int)item.Arguments[0]!}", (string)item.Arguments[1]!));
            Assert.Single(client.Of("end"));
            Assert.Single(client.Of("joined"));
        }
    }

    [Fact]
    public async Task Older_clients_join_and_send_too()
    {
        var clients = await fixture.GetAsync();
        var old = await clients.OpenAsync(app.Address, version: 2, headers: await app.SignUpAsync());
        var current = await ConnectAsync();
        await old.NextAsync("connect");
        foreach (var client in (SocketIOClient[])[old, current])
        {
            await client.EmitAsync("subscribe", _room);
            await client.NextAsync("joined");
        }

        await old.EmitAsync("myevent", _room, "from the old one");
        foreach (var client in (SocketIOClient[])[old, current])
        {
            Assert.Equal("from the old one", (string)(await client.NextAsync("myevent")).Arguments[0]!);
        }
    }

    [Fact]
    public async Task A_client_that_was_cut_off_recovers_what_it_missed_whichever_node_it_comes_back_to()
    {
        var client = await ConnectAsync();
        var other = await ConnectAsync();
        await client.AskAsync("subscribe", _room);
        await other.AskAsync("subscribe", _room);
        await other.EmitAsync("myevent", _room, "before");
        await client.NextAsync("myevent");

        await client.CutAsync();
        await client.NextAsync("disconnect");
        await other.EmitAsync("myevent", _room, "meanwhile");
        Assert.True((bool)(await client.NextAsync("connect")).Arguments[0]!["recovered"]!);
        Assert.Equal("meanwhile", (string)(await client.NextAsync("myevent")).Arguments[0]!);
    }

    [Fact]
    public async Task A_visitor_may_not_connect()
    {
        var visitor = await (await fixture.GetAsync()).OpenAsync(app.Address);
        Assert.Equal("You may not connect to '/'.", (string)(await visitor.NextAsync("connect_error")).Arguments[0]!);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("Admin.secrets")]
    [InlineData("user:ann@example.com")]
    [InlineData("/status")]
    [InlineData(" lobby")]
    [InlineData("")]
    public async Task A_reserved_room_is_refused(string room)
    {
        var client = await ConnectAsync();
        var error = (await client.AskAsync("subscribe", room))[0]!["error"]!;
        Assert.Equal("access_denied", (string)error["name"]!);
        Assert.Contains("room", (string)error["message"]!, StringComparison.OrdinalIgnoreCase);

        // The same without an acknowledgement, and nothing came of it.
        await client.EmitAsync("subscribe", room);
        Assert.Equal("subscribe", (string)(await client.NextAsync("error")).Arguments[0]!["event"]!);
        Assert.Empty(client.Of("joined"));
    }

    [Fact]
    public async Task What_users_may_not_send_is_refused_with_the_reason()
    {
        var client = await ConnectAsync();
        var notInRoom = (await client.AskAsync("myevent", _room, 1))[0]!["error"]!;
        Assert.Equal("access_denied", (string)notInRoom["name"]!);
        Assert.Contains("not in the room", (string)notInRoom["message"]!, StringComparison.Ordinal);

        await client.AskAsync("subscribe", _room);
        foreach (var name in (string[])["import.completed", "push.reset", "joined"])
        {
            var error = (await client.AskAsync(name, _room, 1))[0]!["error"]!;
            Assert.Equal("access_denied", (string)error["name"]!);
            Assert.Contains($"'{name}'", (string)error["message"]!, StringComparison.Ordinal);
        }

        Assert.Equal("invalid_arguments", (string)(await client.AskAsync("subscribe"))[0]!["error"]!["name"]!);
        Assert.Equal("invalid_arguments", (string)(await client.AskAsync("myevent", _room, new string('x', 70_000)))[0]!["error"]!["name"]!);
        await client.AskAsync("unsubscribe", _room);
        Assert.Equal("access_denied", (string)(await client.AskAsync("myevent", _room, 1))[0]!["error"]!["name"]!);
    }

    [Fact]
    public async Task Whoever_is_in_a_room_publishes_to_it_over_HTTP_and_nobody_else()
    {
        var room = $"tea-{Guid.NewGuid():N}";
        var (member, listener, stranger) = (await app.SignUpAsync(), await app.SignUpAsync(), await app.SignUpAsync());
        var client = await ConnectAsync(user: member);
        var other = await ConnectAsync(user: listener);
        await other.AskAsync("subscribe", room);
        Assert.Equal(HttpStatusCode.Forbidden, await PublishAsync(member, "before"));

        await client.AskAsync("subscribe", room);
        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync(member, "inside"));
        Assert.Equal(HttpStatusCode.Forbidden, await PublishAsync(stranger, "outside"));
        await client.AskAsync("unsubscribe", room);
        await Until.TrueAsync(async () => await PublishAsync(member, "after") == HttpStatusCode.Forbidden, "who has left publishes no more");

        Assert.Equal(HttpStatusCode.Accepted, await PublishAsync(listener, "end"));
        await Until.TrueAsync(() => other.Of("note").Any(item => (string)item.Arguments[0]! == "end"), "the last event comes");
        var texts = other.Of("note").Select(item => (string)item.Arguments[0]!).ToArray();
        Assert.Equal("inside", texts[0]);
        Assert.DoesNotContain("before", texts);
        Assert.DoesNotContain("outside", texts);

        async Task<HttpStatusCode> PublishAsync(Dictionary<string, string> user, string text)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/channels/room:{room}/events") { Content = JsonContent.Create(new { @event = "note", data = text }) };
            request.Headers.Add("Cookie", user["Cookie"]);
            using var response = await app.Http.SendAsync(request, Cancelled);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_page_of_another_site_gets_no_handshake()
    {
        var headers = await app.SignUpAsync();
        var own = app.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.OK, await HandshakeAsync(own));
        Assert.Equal(HttpStatusCode.Forbidden, await HandshakeAsync("https://elsewhere.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await HandshakeAsync("null"));

        using var same = await OpenAsync(own);
        Assert.Equal(WebSocketState.Open, same.State);
        var refused = await Assert.ThrowsAsync<WebSocketException>(async () => (await OpenAsync("https://elsewhere.example")).Dispose());
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);

        async Task<HttpStatusCode> HandshakeAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Cookie", headers["Cookie"]);
            using var response = await app.Http.SendAsync(request, Cancelled);
            return response.StatusCode;
        }

        async Task<ClientWebSocket> OpenAsync(string origin)
        {
            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Origin", origin);
            socket.Options.SetRequestHeader("Cookie", headers["Cookie"]);
            try
            {
                await socket.ConnectAsync(new UriBuilder(app.Address) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri, Cancelled);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private async Task<SocketIOClient> ConnectAsync(object? options = null, Dictionary<string, string>? user = null)
    {
        var client = await (await fixture.GetAsync()).OpenAsync(app.Address, options, headers: user ?? await app.SignUpAsync());
        await client.NextAsync("connect");
        return client;
    }

    /// <summary>Connects three users, and more clients of them until both nodes have one.</summary>
    private async Task<List<SocketIOClient>> ConnectAtBothNodesAsync(object options)
    {
        // Before: signing up takes a connection too, so that every second one, and with it each client's, would be at the same node.
        Dictionary<string, string>[] users = [await app.SignUpAsync(), await app.SignUpAsync(), await app.SignUpAsync()];
        List<SocketIOClient> clients = [];
        HashSet<string> nodes = [];
        while (clients.Count < 3 || nodes.Count < 2)
        {
            Assert.True(clients.Count < 20, "The AppHost's address leads to one node only.");
            if (clients.Count % 2 == 1)
            {
                // Takes a turn of the rotation: whether a client makes an even or an odd number of connections, the first three do not all begin at the same node.
                using var turn = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = app.Address };
                Assert.Equal("Healthy", await turn.GetStringAsync("/alive", Cancelled));
            }

            clients.Add(await ConnectAsync(options, users[clients.Count % users.Length]));
            nodes.Add(await clients[^1].NodeAsync());
        }

        return clients;
    }
}
