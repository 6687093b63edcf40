using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push;

public sealed class StreamLifeTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Signing_out_ends_the_streams_of_that_sign_in_on_every_node_and_tells_the_client_to_stop()
    {
        var (redis, prefix) = await BrokerAsync();
        var signIns = new EndedSignIns();
        await using var one = await PushNode.StartAsync(redis, prefix, configure: builder => builder.Services.AddSingleton<ISignInValidator>(signIns));
        await using var two = await PushNode.StartAsync(redis, prefix, configure: builder => builder.Services.AddSingleton<ISignInValidator>(signIns));
        await using var ended = await two.OpenAsync(user: "alice", signIn: "phone");
        await using var kept = await two.OpenAsync(user: "alice", signIn: "laptop");

        signIns.Ended.Add("phone");
        await one.Services.GetRequiredService<IAccessNotifier>().NotifyAccessChangedAsync("Alice", TestContext.Current.CancellationToken);

        var last = Assert.Single(await ended.ToEndAsync());
        Assert.Equal("push.closing", last.Name);
        Assert.Contains("signed-out", last.Data, StringComparison.Ordinal);
        Assert.Equal("push.stop", ended.LastEventId);
        await one.Publisher.PublishAsync(ChannelName.User("alice"), "e", "still here", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("still here", (await kept.NextAsync()).Data);
    }

    [Fact]
    public async Task A_lost_permission_ends_the_stream_without_a_hint()
    {
        var (redis, prefix) = await BrokerAsync();
        var rooms = new Rooms { IsOpen = true };
        await using var node = await PushNode.StartAsync(
            redis, prefix, new Dictionary<string, string?> { ["Push:Streams:RecheckInterval"] = "00:00:01" },
            builder => builder.Services.AddSingleton<IChannelAuthorizer>(rooms));
        await using var stream = await node.OpenAsync("/sse?channel=room:x", user: "alice");
        rooms.IsOpen = false;
        var last = Assert.Single(await stream.ToEndAsync());
        Assert.Contains("forbidden", last.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permission_that_is_lost_while_a_stream_opens_ends_it()
    {
        var (redis, prefix) = await BrokerAsync();
        var rooms = new Rooms { IsOpen = true, Answers = new TaskCompletionSource() };
        await using var node = await PushNode.StartAsync(
            redis, prefix, new Dictionary<string, string?> { ["Push:Streams:RecheckInterval"] = "00:10:00" },
            builder => builder.Services.AddSingleton<IChannelAuthorizer>(rooms));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sse?channel=room:x");
        request.Headers.Add("X-Test-User", "alice");
        var opening = node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => rooms.Asked == 1, "it is looked whether it may be opened");

        // It may, as far as is known by then.
        rooms.IsOpen = false;
        await node.Services.GetRequiredService<IAccessNotifier>().NotifyAccessChangedAsync("alice", TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => rooms.Asked > 1, "it is looked again");
        rooms.Answers.SetResult();
        using var response = await opening;
        Assert.True(response.IsSuccessStatusCode);
        await Until.TrueAsync(() => node.Connections == 0, "it has ended");
    }

    [Fact]
    public async Task A_user_whose_name_is_too_long_for_a_channel_reads_the_others()
    {
        var (redis, prefix) = await BrokerAsync();
        await using var node = await PushNode.StartAsync(redis, prefix);
        var name = new string('a', 300);
        await using var stream = await node.OpenAsync(user: name);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "to all", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("to all", (await stream.NextAsync()).Data);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/sse?channel=user:{name}");
        request.Headers.Add("X-Test-User", name);
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task An_API_key_that_is_replaced_ends_the_streams_that_rest_on_the_old_one()
    {
        var (redis, prefix) = await BrokerAsync();
        var keys = new OneKey(ApiKey.Create("crm"));
        var old = keys.Key;
        await using var node = await PushNode.StartAsync(
            redis, prefix, new Dictionary<string, string?> { ["Push:Streams:RecheckInterval"] = "00:00:01" },
            builder => builder.Services.AddSingleton<IApiKeyStore>(keys),
            app =>
            {
                app.MapServerSentEvents("/sse");
                app.MapGet("/own", () => PushResults.ServerSentEvents(SilenceAsync()));
            });
        node.Http.DefaultRequestHeaders.Add("X-Api-Key", old.Key);
        await using var channels = await node.OpenAsync("/sse?channel=room:x");
        await using var own = await node.OpenAsync("/own");

        keys.Key = ApiKey.Create("crm");
        foreach (var stream in (SseReader[])[channels, own])
        {
            var last = Assert.Single(await stream.ToEndAsync());
            Assert.Contains("forbidden", last.Data, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Stopping_a_node_ends_its_streams_with_a_delay_of_their_own()
    {
        var (redis, prefix) = await BrokerAsync();
        await using var node = await PushNode.StartAsync(redis, prefix);
        var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => node.OpenAsync()));
        var stopping = node.StopAsync();
        var delays = new HashSet<string>();
        foreach (var stream in streams)
        {
            var last = Assert.Single(await stream.ToEndAsync());
            Assert.Contains("shutdown", last.Data, StringComparison.Ordinal);
            Assert.InRange(int.Parse(stream.Retry!, null), 0, 5000);
            delays.Add(stream.Retry!);
            await stream.DisposeAsync();
        }

        await stopping;
        Assert.True(delays.Count > 10, "The clients would come back in step.");
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_and_the_others_get_everything()
    {
        var (redis, prefix) = await BrokerAsync();
        await using var node = await PushNode.StartAsync(redis, prefix, new Dictionary<string, string?> { ["Push:Streams:MaxOutboxBytes"] = "65536" });
        using var deaf = new TcpClient { ReceiveBufferSize = 4096 };
        await deaf.ConnectAsync("127.0.0.1", node.Address.Port, TestContext.Current.CancellationToken);
        await deaf.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n"), TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => node.Connections == 1, "the deaf client has joined");
        await using var stream = await node.OpenAsync();

        // More than outbox, pipe and the socket's buffers hold together.
        var text = new string('x', 60_000);
        for (var i = 0; i < 200; i++)
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", $"{i} {text}", PublishOptions.Ephemeral, TestContext.Current.CancellationToken);
            Assert.StartsWith($"{i} ", (await stream.NextAsync()).Data, StringComparison.Ordinal);
        }

        await Until.TrueAsync(() => node.Connections == 1, "the deaf client was dropped");
    }

    [Fact]
    public async Task A_stream_opens_without_the_broker_and_follows_when_it_is_there()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, TestContext.Current.CancellationToken);
        await broker.KillAsync();
        await using var node = await PushNode.StartAsync(
            broker.ConnectionString, "t", new Dictionary<string, string?> { ["Push:Streams:JoinTimeout"] = "00:00:00.2" });
        await using var stream = await node.OpenAsync();
        await broker.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("push.status", (await stream.NextAsync()).Name);
        var reading = NextOfChannelAsync(stream);
        await Until.TrueAsync(
            async () =>
            {
                await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "x", cancellationToken: TestContext.Current.CancellationToken);
                return reading.IsCompleted;
            },
            "events flow");
    }

    private static async Task NextOfChannelAsync(SseReader stream)
    {
        while ((await stream.NextAsync()).Name != "e")
        {
        }
    }

    private async Task<(string Redis, string Prefix)> BrokerAsync() =>
        ((await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString, Guid.NewGuid().ToString("N"));

    private static async IAsyncEnumerable<ServerSentEvent> SilenceAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        yield break;
    }

    private sealed class OneKey(NewApiKey key) : IApiKeyStore
    {
        public NewApiKey Key { get; set; } = key;

        public ValueTask<StoredApiKey?> FindAsync(string keyId, CancellationToken cancellationToken) =>
            new(keyId == Key.Id ? new StoredApiKey(Key.Hash, new ApiKeyGrant(Key.Id, ["*"], ApiKeyScopes.Read)) : null);
    }

    private sealed class Rooms : IChannelAuthorizer
    {
        private int _asked;

        public bool IsOpen { get; set; }

        /// <summary>Holds the first answer back, where it is set.</summary>
        public TaskCompletionSource? Answers { get; init; }

        /// <summary>How often it was asked about a room.</summary>
        public int Asked => Volatile.Read(ref _asked);

        public async ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken)
        {
            var isOpen = IsOpen;
            if (channel.Prefix is "room" && Interlocked.Increment(ref _asked) == 1 && Answers is { } answers)
            {
                await answers.Task;
            }

            return isOpen;
        }
    }
}
