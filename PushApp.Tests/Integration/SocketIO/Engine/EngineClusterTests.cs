using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Cluster;
using PushApp.SocketIO.Engine.Hosting;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO.Engine;

/// <summary>Several nodes and no sticky sessions: a request that comes to the wrong node is forwarded to the session's.</summary>
public sealed class EngineClusterTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const string Unknown = """{"code":1,"message":"Session ID unknown"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<BrokerKind, int> Sites => new()
    {
        { BrokerKind.Garnet, 2 },
        { BrokerKind.Garnet, 3 },
        { BrokerKind.RedisServer, 2 },
        { BrokerKind.RedisServer, 3 },
    };

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task Clients_that_poll_only_are_served_behind_a_round_robin_proxy(BrokerKind kind, int count)
    {
        await using var site = await Site.StartAsync(await brokers.GetAsync(kind), count);
        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => site.Client.OpenAsync()));
        Assert.Equal(count, ids.Select(id => id[..8]).Distinct().Count());

        foreach (var sid in ids)
        {
            for (var i = 0; i < 2 * count; i++)
            {
                var poll = site.Client.PollTextAsync(sid);
                await site.Client.PostOkAsync(sid, $"4message {i}\u001ebAQIDBA==");
                var received = await poll;
                Assert.StartsWith($"4message {i}", received, StringComparison.Ordinal);
                if (!received.EndsWith("bAQIDBA==", StringComparison.Ordinal))
                {
                    Assert.Equal("bAQIDBA==", await site.Client.PollTextAsync(sid));
                }
            }

            var last = site.Client.PollTextAsync(sid);
            await site.Client.PostOkAsync(sid, "1");
            Assert.Equal("6", await last);
        }
    }

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task Clients_that_upgrade_are_served_behind_a_round_robin_proxy(BrokerKind kind, int count)
    {
        await using var site = await Site.StartAsync(await brokers.GetAsync(kind), count);
        for (var client = 0; client < 2 * count; client++)
        {
            var sid = await site.Client.OpenAsync();
            using var socket = await site.Client.ConnectAsync(sid);
            await socket.SendAsync("2probe");
            Assert.Equal("3probe", await socket.ReceiveTextAsync());
            Assert.Equal("6", await site.Client.PollTextAsync(sid));
            await socket.SendAsync("5");

            await socket.SendAsync("4hello");
            await socket.SendAsync([1, 2, 3, 4]);

            Assert.Equal("4hello", await socket.ReceiveTextAsync());
            Assert.Equal([1, 2, 3, 4], await socket.ReceiveBytesAsync());
            await socket.SendAsync("1");
            await socket.ClosedAsync();
        }

        var reasons = await Task.WhenAll(site.Nodes.SelectMany(node => node.Sessions).Select(echo => echo.Ended));
        Assert.All(reasons, reason => Assert.Equal("transport close", reason));
    }

    [Theory]
    [ClassData(typeof(BrokerKinds))]
    public async Task A_session_whose_node_has_gone_is_unknown_at_once(BrokerKind kind)
    {
        await using var site = await Site.StartAsync(await brokers.GetAsync(kind), 2);
        var first = site.Nodes[0];
        var sid = await site.Nodes[1].Client.OpenAsync();
        var poll = first.Client.PollAsync(sid);
        await Until.TrueAsync(() => site.Nodes[1].Sessions.Single().Session.IsWritable, "the poll waits at its node");

        await site.Nodes[1].StopAsync();

        // Stopped, it says goodbye; killed, its address is still there, and nobody at it.
        using (var response = await poll)
        {
            Assert.Equal("1", await response.Content.ReadAsStringAsync(Token));
        }

        await AssertUnknownAtOnce();
        await site.AnnounceAsync(sid[..8], $"http://127.0.0.1:{FreePort.Next()}");
        await Until.TrueAsync(async () => await Site.Directory(first).FindAsync(sid[..8]) is not null, "the dead node's address is known");
        await AssertUnknownAtOnce();

        async Task AssertUnknownAtOnce()
        {
            // Without the minute that a node may be silent while a request is at it.
            using var response = await first.Client.PostAsync(sid, "4hello").WaitAsync(TimeSpan.FromSeconds(30), Token);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal(Unknown, await response.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task A_node_that_stops_lets_go_of_what_goes_through_it()
    {
        // Nothing is cut off by the host.
        await using var site = await Site.StartAsync(
            await brokers.GetAsync(BrokerKind.Garnet), 2, build: builder => builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(10)));
        var sid = await site.Nodes[1].Client.OpenAsync();
        using var socket = await site.Nodes[0].Client.ConnectAsync(sid);
        await EngineProtocolTests.UpgradeAsync(socket);
        await socket.SendAsync("4hello");
        Assert.Equal("4hello", await socket.ReceiveTextAsync());
        var polling = await site.Nodes[1].Client.OpenAsync();
        var poll = site.Nodes[0].Client.PollAsync(polling);
        await Until.TrueAsync(() => site.Nodes[1].Sessions.Last().Session.IsWritable, "the poll waits at its node");

        await site.Nodes[0].StopAsync().WaitAsync(TimeSpan.FromMinutes(1), Token);

        await socket.ClosedAsync();
        (await poll).Dispose();
        Assert.Equal(["transport close", "transport error"], await Task.WhenAll(site.Nodes[1].Sessions.Select(echo => echo.Ended)));
    }

    [Fact]
    public async Task A_request_is_never_forwarded_twice()
    {
        await using var site = await Site.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), 2);

        // A node that died, and whose address another one has taken since.
        var gone = SessionIdOf("GoneGone");
        await site.AnnounceAsync("GoneGone", site.Nodes[1].Address.GetLeftPart(UriPartial.Authority));
        var own = SessionIdOf("Circular");
        await site.AnnounceAsync("Circular", site.Nodes[0].Address.GetLeftPart(UriPartial.Authority));

        foreach (var sid in new[] { gone, own })
        {
            using var response = await site.Nodes[0].Client.PollAsync(sid);
            Assert.Equal(Unknown, await response.Content.ReadAsStringAsync(Token));
        }

        Assert.Equal(0, site.Nodes.Sum(node => node.Server.Count));
    }

    [Fact]
    public async Task A_POST_is_answered_when_the_owner_has_taken_it()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var site = await Site.StartAsync(broker, 2, listener: () => new Gate());
        var sid = await site.Nodes[1].Client.OpenAsync();
        var gate = (Gate)site.Nodes[1].Sessions.Single();

        var post = site.Nodes[0].Client.PostOkAsync(sid, "4hello");
        await gate.Entered;
        Assert.False(post.IsCompleted);
        gate.Open();

        await post;
        Assert.Equal("hello", Assert.Single(gate.Texts));
    }

    [Fact]
    public async Task A_session_at_another_node_is_its_owners_alone()
    {
        await using var site = await Site.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), 2);
        site.Nodes[1].Client.User = "alice";
        site.Nodes[0].Client.User = "mallory";
        var sid = await site.Nodes[1].Client.OpenAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await site.Nodes[0].Client.PollStatusAsync(sid));
        Assert.Equal(HttpStatusCode.Forbidden, await site.Nodes[0].Client.RefusedAsync(sid));

        site.Nodes[0].Client.User = "alice";
        await site.Nodes[0].Client.PostOkAsync(sid, "4hello");
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused_at_the_node_that_it_comes_to()
    {
        await using var site = await Site.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), 2, options => options.Engine.AllowedOrigins = ["https://app.example.com"]);
        var sid = await site.Nodes[1].Client.OpenAsync();
        site.Nodes[1].Sessions.Single().Session.Send([EngineEcho.Text("hello")]);

        using var refused = await site.Nodes[0].Client.SendAsync(
            HttpMethod.Get, $"transport=polling&sid={sid}", prepare: request => request.Headers.Add("Origin", "https://evil.example.com"));
        using var taken = await site.Nodes[0].Client.SendAsync(
            HttpMethod.Get, $"transport=polling&sid={sid}", prepare: request => request.Headers.Add("Origin", "https://app.example.com"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("4hello", await taken.Content.ReadAsStringAsync(Token));
        Assert.Equal("https://app.example.com", Assert.Single(taken.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task What_was_known_of_the_nodes_serves_while_the_broker_is_down()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, Token);
        await using var site = await Site.StartAsync(broker, 2);
        var sid = await site.Nodes[1].Client.OpenAsync();
        await site.Nodes[0].Client.PostOkAsync(sid, "4before");
        Assert.Equal("4before", await site.Nodes[0].Client.PollTextAsync(sid));

        await broker.KillAsync();

        await site.Nodes[0].Client.PostOkAsync(sid, "4after");
        Assert.Equal("4after", await site.Nodes[0].Client.PollTextAsync(sid));
        using var response = await site.Nodes[0].Client.PollAsync(SessionIdOf("Nobodys_"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task Nodes_without_a_secret_trust_each_other_by_their_data_protection_keys()
    {
        using var keys = new TempFolder("keys");
        await using var site = await Site.StartAsync(
            await brokers.GetAsync(BrokerKind.Garnet), 2, options => options.Cluster.Secret = null,
            builder => builder.Services.AddDataProtection().SetApplicationName("tests").PersistKeysToFileSystem(new DirectoryInfo(keys.Combine(""))));
        var sid = await site.Nodes[1].Client.OpenAsync();

        await site.Nodes[0].Client.PostOkAsync(sid, "4hello");

        Assert.Equal("4hello", await site.Nodes[0].Client.PollTextAsync(sid));
    }

    [Fact]
    public async Task What_says_it_was_forwarded_and_cannot_prove_it_is_refused()
    {
        await using var site = await Site.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), 2);
        var node = site.Nodes[1];
        var sid = await node.Client.OpenAsync();
        var target = $"{EngineNode.Path}?EIO=4&transport=polling&sid={sid}";
        var id = node.Services.GetRequiredService<NodeIdentity>().Id;
        var seal = node.Services.GetRequiredService<IForwardSeal>();
        var good = new ForwardTicket(DateTimeOffset.UtcNow, id, "GET", target, "https", "example.com", "192.0.2.1");
        var other = new SecretForwardSeal(RandomNumberGenerator.GetHexString(64));

        foreach (var header in new[]
        {
            "", "nonsense", "a.b", seal.Seal(good.ToBytes())[..^2], other.Seal(good.ToBytes()), seal.Seal("nonsense"u8.ToArray()),
            seal.Seal((good with { Method = "POST" }).ToBytes()),
            seal.Seal((good with { Target = "/engine.io/?EIO=4&transport=polling&sid=other" }).ToBytes()),
            seal.Seal((good with { IssuedAt = DateTimeOffset.UtcNow.AddHours(-1) }).ToBytes()),
            seal.Seal((good with { IssuedAt = DateTimeOffset.UtcNow.AddHours(1) }).ToBytes()),
        })
        {
            using var response = await SendAsync(header);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        using (var elsewhere = await SendAsync(seal.Seal((good with { Node = "another_" }).ToBytes())))
        {
            Assert.Equal(Unknown, await elsewhere.Content.ReadAsStringAsync(Token));
        }

        node.Sessions.Single().Session.Send([EngineEcho.Text("hello")]);
        using var proved = await SendAsync(seal.Seal(good.ToBytes()));
        Assert.Equal("4hello", await proved.Content.ReadAsStringAsync(Token));

        Task<HttpResponseMessage> SendAsync(string header) => node.Client.SendAsync(
            HttpMethod.Get, $"transport=polling&sid={sid}", prepare: request => request.Headers.TryAddWithoutValidation(ForwardTicket.Header, header));
    }

    [Fact]
    public async Task The_owner_sees_a_forwarded_request_as_its_client_sent_it()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<(string Scheme, string Host, string? Address, bool Forwarded, string? ForwardedFor)>();
        await using var site = await Site.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), 2, build: builder => builder.Services.AddSingleton<IStartupFilter>(new Witness(context =>
        {
            seen.Enqueue((context.Request.Scheme, context.Request.Host.Value!, context.Connection.RemoteIpAddress?.ToString(), ForwardedRequest.Is(context), context.Request.Headers["X-Forwarded-For"]));
            if (!ForwardedRequest.Is(context))
            {
                // As forwarded-header middleware does for a proxy that it knows.
                context.Request.Scheme = "https";
                context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
            }
        })));
        var sid = await site.Nodes[1].Client.OpenAsync();
        seen.Clear();

        using var response = await site.Nodes[0].Client.SendAsync(HttpMethod.Post, $"transport=polling&sid={sid}", new StringContent("4hello"), prepare: request =>
        {
            request.Headers.Host = "push.example.com";
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        });

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(2, seen.Count);
        Assert.Equal(("https", "push.example.com", "192.0.2.7", true, null), seen.Last());
    }

    private static string SessionIdOf(string node) => node + new string('x', 22);

    private sealed class Gate : EngineEcho
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => _entered.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        public void Open() => _open.TrySetResult();

        public override async ValueTask OnMessageAsync(EngineMessage message)
        {
            _entered.TrySetResult();
            await _open.Task;
            await base.OnMessageAsync(message);
        }
    }

    private sealed class Witness(Action<HttpContext> see) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate following) =>
            {
                see(context);
                return following(context);
            });
            next(app);
        };
    }
}
