using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>What the server makes of each request before a session sees it: errors and their order, origins, owners, limits, bounds.</summary>
public sealed class EngineRequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "EIO=4", """{"code":0,"message":"Transport unknown"}""")]
    [InlineData("GET", "EIO=4&transport=webtransport", """{"code":0,"message":"Transport unknown"}""")]
    [InlineData("GET", "transport=polling&sid=abc", """{"code":1,"message":"Session ID unknown"}""")]
    [InlineData("GET", "EIO=4&transport=polling&sid=AAAAAAAABBBBBBBBBBBBBBBBBBBBBB", """{"code":1,"message":"Session ID unknown"}""")]
    [InlineData("POST", "transport=polling", """{"code":2,"message":"Bad handshake method"}""")]
    [InlineData("OPTIONS", "EIO=4&transport=polling", """{"code":2,"message":"Bad handshake method"}""")]
    [InlineData("GET", "transport=websocket", """{"code":3,"message":"Bad request"}""")]
    [InlineData("GET", "transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    [InlineData("GET", "EIO=5&transport=polling", """{"code":5,"message":"Unsupported protocol version"}""")]
    public async Task Errors_have_the_references_bodies_and_order(string method, string query, string body)
    {
        await using var node = await EngineNode.StartAsync();

        using var response = await node.Client.SendAsync(new HttpMethod(method), query, withVersion: false);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Another_transport_than_the_sessions_is_refused()
    {
        await using var node = await EngineNode.StartAsync();
        var polling = await node.Client.OpenAsync();
        using var socket = await node.Client.ConnectAsync();
        var websocket = EngineClient.Handshake(await socket.ReceiveTextAsync()).GetProperty("sid").GetString()!;

        using var first = await node.Client.SendAsync(HttpMethod.Get, $"transport=websocket&sid={polling}");
        using var second = await node.Client.PollAsync(websocket);

        Assert.Equal("""{"code":3,"message":"Bad request"}""", await first.Content.ReadAsStringAsync(Token));
        Assert.Equal("""{"code":3,"message":"Bad request"}""", await second.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("{own}", HttpStatusCode.OK)]
    [InlineData("https://app.example.com", HttpStatusCode.OK)]
    [InlineData("https://evil.example.com", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("http://exa\u0001mple.com", HttpStatusCode.BadRequest)]
    public async Task Pages_of_other_origins_than_the_configured_may_not_connect(string? origin, HttpStatusCode expected)
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.AllowedOrigins = ["https://app.example.com"]);
        origin = origin?.Replace("{own}", node.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        void Prepare(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Origin", origin ?? "");

        if (origin is null || !origin.Contains('\u0001'))
        {
            using var response = await node.Client.SendAsync(HttpMethod.Get, "transport=polling", prepare: origin is null ? null : Prepare);
            Assert.Equal(expected, response.StatusCode);
            if (expected == HttpStatusCode.OK)
            {
                using var socket = await node.Client.ConnectAsync(prepare: options => SetOrigin(options, origin));
                Assert.StartsWith("0", await socket.ReceiveTextAsync(), StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal("""{"code":4,"message":"Forbidden"}""", await response.Content.ReadAsStringAsync(Token));
                Assert.Equal(expected, await node.Client.RefusedAsync(prepare: options => SetOrigin(options, origin)));
            }
        }
        else
        {
            // HttpClient does not send such a header.
            Assert.StartsWith($"HTTP/1.1 {(int)expected}", await RawAsync(node, $"Origin: {origin}"), StringComparison.Ordinal);
        }

        static void SetOrigin(System.Net.WebSockets.ClientWebSocketOptions options, string? origin)
        {
            if (origin is not null)
            {
                options.SetRequestHeader("Origin", origin);
            }
        }
    }

    [Fact]
    public async Task No_CORS_headers_and_no_cookie_by_default()
    {
        await using var node = await EngineNode.StartAsync();

        using var response = await node.Client.SendAsync(
            HttpMethod.Get, "transport=polling", prepare: request => request.Headers.Add("Origin", node.Address.GetLeftPart(UriPartial.Authority)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task CORS_answers_configured_origins_with_credentials_where_allowed()
    {
        await using var node = await EngineNode.StartAsync(options =>
        {
            options.Engine.AllowedOrigins = ["https://app.example.com"];
            options.Engine.AllowCredentials = true;
        });

        using var preflight = await node.Client.SendAsync(HttpMethod.Options, "transport=polling", prepare: request =>
        {
            request.Headers.Add("Origin", "https://app.example.com");
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "x-mine");
        });
        using var response = await node.Client.SendAsync(HttpMethod.Get, "transport=polling", prepare: request => request.Headers.Add("Origin", "https://app.example.com"));

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("x-mine", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")));
        foreach (var answer in new[] { preflight, response })
        {
            Assert.Equal("https://app.example.com", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
            Assert.Equal("true", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Credentials")));
            Assert.Contains("Origin", answer.Headers.Vary);
        }
    }

    [Theory]
    [InlineData("https://app.example.com", false, null)]
    [InlineData("https://app.example.com", true, "ann")]
    [InlineData(null, false, "ann")]
    [InlineData("own", false, "ann")]
    public async Task The_cookies_of_another_sites_user_count_only_where_they_may_on_a_WebSocket_too(string? origin, bool allowed, string? expected)
    {
        await using var node = await EngineNode.StartAsync(options =>
        {
            options.Engine.AllowedOrigins = ["https://app.example.com"];
            options.Engine.AllowCredentials = allowed;
        });
        origin = origin == "own" ? node.Address.GetLeftPart(UriPartial.Authority) : origin;
        node.Client.User = "ann";

        using var socket = await node.Client.ConnectAsync(prepare: options =>
        {
            options.SetRequestHeader("Cookie", "session=ann's");
            if (origin is not null)
            {
                options.SetRequestHeader("Origin", origin);
            }
        });
        await socket.ReceiveTextAsync();
        using var polling = await node.Client.SendAsync(HttpMethod.Get, "transport=polling", prepare: request =>
        {
            request.Headers.Add("Cookie", "session=ann's");
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }
        });

        Assert.Equal(HttpStatusCode.OK, polling.StatusCode);
        Assert.All(node.Sessions, session => Assert.Equal((expected, expected), (session.Session.Handshake.Principal.UserName, session.Session.Handshake.User.Identity?.Name)));
        Assert.Equal(2, node.Sessions.Count);
    }

    [Fact]
    public async Task CORS_answers_any_origin_where_any_may()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.AllowedOrigins = ["*"]);

        using var response = await node.Client.SendAsync(HttpMethod.Get, "transport=polling", prepare: request => request.Headers.Add("Origin", "https://anyone.example.com"));

        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Cookie_holds_the_sessions_id_where_configured()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.Cookie = "io");

        using var response = await node.Client.SendAsync(HttpMethod.Get, "transport=polling");

        var sid = node.Sessions.Single().Session.Id;
        Assert.StartsWith($"io={sid}; path=/", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sessions_id_alone_lets_no_other_user_in_and_does_the_session_no_harm()
    {
        await using var node = await EngineNode.StartAsync();
        node.Client.User = "alice";
        var sid = await node.Client.OpenAsync();
        using var mallory = new EngineClient(node.Address) { User = "mallory" };
        using var visitor = new EngineClient(node.Address);

        foreach (var stranger in new[] { mallory, visitor })
        {
            using var poll = await stranger.PollAsync(sid);
            Assert.Equal(HttpStatusCode.Forbidden, poll.StatusCode);
            using var post = await stranger.PostAsync(sid, "4mine");
            Assert.Equal(HttpStatusCode.Forbidden, post.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, await stranger.RefusedAsync(sid));
        }

        await node.Client.PostOkAsync(sid, "4hello");
        Assert.Equal("4hello", await node.Client.PollTextAsync(sid));
        Assert.Equal("alice", node.Sessions.Single().Session.Handshake.Principal.UserName);
    }

    [Fact]
    public async Task Sessions_ids_begin_with_the_nodes_and_do_not_repeat()
    {
        await using var node = await EngineNode.StartAsync(build: builder => builder.Services.Configure<PushApp.Push.PushOptions>(options => options.Streams.MaxPerAddress = 0));

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => node.Client.OpenAsync()));

        Assert.Single(ids.Select(id => id[..8]).Distinct());
        Assert.Equal(50, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(30, id.Length));
    }

    [Fact]
    public async Task The_limits_of_streams_count_for_sessions()
    {
        await using var node = await EngineNode.StartAsync(build: builder => builder.Services.Configure<PushApp.Push.PushOptions>(options => options.Streams.MaxPerUser = 1));
        node.Client.User = "alice";
        var sid = await node.Client.OpenAsync();

        using (var second = await node.Client.SendAsync(HttpMethod.Get, "transport=polling"))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await node.Client.RefusedAsync());
        await node.Client.PostOkAsync(sid, "1");
        await node.Client.OpenAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_maxPayload_is_413_and_the_session_goes_on(bool announced)
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.MaxPayload = 1000);
        var sid = await node.Client.OpenAsync();
        var body = new byte[1001];
        body.AsSpan().Fill((byte)'4');
        HttpContent content = announced ? new ByteArrayContent(body) : new StreamContent(new UnknownLengthStream(body));

        using var response = await node.Client.PostAsync(sid, content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        await node.Client.PostOkAsync(sid, "4" + new string('x', 999));
        Assert.Equal(1000, (await node.Client.PollTextAsync(sid)).Length);
    }

    [Fact]
    public async Task A_WebSocket_message_beyond_maxPayload_closes_it_with_1009()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.MaxPayload = 1000);
        using var socket = await node.Client.ConnectAsync();
        await socket.ReceiveTextAsync();

        await socket.SendAsync("4" + new string('x', 1000));
        await socket.ClosedAsync();

        Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.MessageTooBig, socket.Socket.CloseStatus);
        Assert.Equal("transport error", await node.Sessions.Single().Ended);
    }

    [Fact]
    public async Task A_body_of_bytes_ends_a_session_of_version_4()
    {
        await using var node = await EngineNode.StartAsync();
        var sid = await node.Client.OpenAsync();
        using var body = new ByteArrayContent("4hello"u8.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        using var response = await node.Client.PostAsync(sid, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("transport error", await node.Sessions.Single().Ended);
    }

    [Fact]
    public async Task Polls_are_compressed_where_configured_and_worth_it()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.CompressPolls = true);
        var sid = await node.Client.OpenAsync();
        var text = "4" + new string('x', 5000);
        await node.Client.PostOkAsync(sid, text);

        using var response = await node.Client.SendAsync(HttpMethod.Get, $"transport=polling&sid={sid}", prepare: request => request.Headers.Add("Accept-Encoding", "gzip"));

        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        await using var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        Assert.Equal(text, await reader.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task A_transport_that_is_not_allowed_is_unknown()
    {
        await using var node = await EngineNode.StartAsync(options => options.Engine.AllowPolling = false);

        using var response = await node.Client.SendAsync(HttpMethod.Get, "transport=polling");
        using var socket = await node.Client.ConnectAsync();

        Assert.Equal("""{"code":0,"message":"Transport unknown"}""", await response.Content.ReadAsStringAsync(Token));
        Assert.StartsWith("0", await socket.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_WebSocket_over_HTTP_2_is_served()
    {
        await using var node = await EngineNode.StartAsync(protocols: HttpProtocols.Http2);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        using var client = new System.Net.WebSockets.ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await client.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws", Path = EngineNode.Path, Query = "EIO=4&transport=websocket" }.Uri, invoker, Token);
        using var socket = new EngineSocket(client);
        Assert.StartsWith("0", await socket.ReceiveTextAsync(), StringComparison.Ordinal);

        await socket.SendAsync("4hello");

        Assert.Equal("4hello", await socket.ReceiveTextAsync());
    }

    [Fact]
    public async Task Every_fault_of_the_settings_is_told_at_start()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => EngineNode.StartAsync(options =>
        {
            options.Engine.PingInterval = TimeSpan.Zero;
            options.Engine.AllowedOrigins = ["example.com"];
            options.Cluster.Secret = "short";
        }));

        Assert.Contains("SocketIO:Engine:PingInterval", error.Message, StringComparison.Ordinal);
        Assert.Contains("SocketIO:Engine:AllowedOrigins:0", error.Message, StringComparison.Ordinal);
        Assert.Contains("SocketIO:Cluster:Secret", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RawAsync(EngineNode node, string header)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(node.Address.Host, node.Address.Port, Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"GET {EngineNode.Path}?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n\r\n"), Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    private sealed class UnknownLengthStream(byte[] data) : MemoryStream(data)
    {
        public override bool CanSeek => false;
    }
}
