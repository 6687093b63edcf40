using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push;

public sealed class SseProtocolTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task The_head_of_a_stream_leaves_before_any_event_with_retry_heartbeat_and_cursor()
    {
        await using var node = await StartAsync();
        await using var stream = await node.OpenAsync();

        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.ToString());
        Assert.Contains("no-cache", stream.Response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.Equal(["no"], stream.Response.Headers.GetValues("X-Accel-Buffering"));
        Assert.Equal("2000", stream.Retry);
        Assert.Equal(["heartbeat 15"], stream.Comments);
    }

    [Fact]
    public async Task A_stream_over_http2_is_the_same_stream()
    {
        await using var node = await StartAsync(protocols: HttpProtocols.Http2);
        await using var stream = await SseReader.OpenAsync(node.Http, "/sse", version: HttpVersion.Version20);
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "over http/2", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("over http/2", (await stream.NextAsync()).Data);
        Assert.Equal(HttpVersion.Version20, stream.Response.Version);
    }

    [Theory]
    [InlineData("a\r\nb\rc\nd", "a\nb\nc\nd")]
    [InlineData("", "")]
    [InlineData("\n", "\n")]
    [InlineData(" leading and trailing ", " leading and trailing ")]
    [InlineData("line\u2028separator\u0085next\vtab\f", "line\u2028separator\u0085next\vtab\f")]
    [InlineData("nul \0 and 😀", "nul \0 and 😀")]
    public async Task Data_arrives_as_published_with_line_ends_as_the_standard_joins_them(string data, string received)
    {
        await using var node = await StartAsync();
        await using var stream = await node.OpenAsync();
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", data, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(received, (await stream.NextAsync()).Data);
    }

    [Theory]
    [InlineData("/sse?channel=user:bob", "alice", HttpStatusCode.Forbidden)]
    [InlineData("/sse?channel=user%3Abob", "alice", HttpStatusCode.Forbidden)]
    [InlineData("/sse?channel=user:BOB", "alice", HttpStatusCode.Forbidden)]
    [InlineData("/sse?channel=dm:bob:carol", "alice", HttpStatusCode.Forbidden)]
    [InlineData("/sse?channel=user:alice", null, HttpStatusCode.Unauthorized)]
    [InlineData("/sse?channel=", "alice", HttpStatusCode.BadRequest)]
    [InlineData("/sse?channel=a::b", "alice", HttpStatusCode.BadRequest)]
    public async Task What_may_not_be_read_is_refused_with_a_reason(string path, string? user, HttpStatusCode status)
    {
        await using var node = await StartAsync();
        using var response = await SendAsync(node, path, user);
        Assert.Equal(status, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task More_channels_than_a_cursor_holds_are_refused()
    {
        await using var node = await StartAsync();
        using var response = await SendAsync(node, "/sse?" + string.Join('&', Enumerable.Range(0, 33).Select(i => $"channel=room:{i}")), "alice");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Methods_and_media_types_that_are_no_stream_are_told_so()
    {
        await using var node = await StartAsync();
        using var post = await node.Http.PostAsync("/sse", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        foreach (var (accept, status) in new[]
        {
            ("application/json", HttpStatusCode.NotAcceptable),
            ("text/event-stream;q=0, */*", HttpStatusCode.NotAcceptable),
            ("not a media type", HttpStatusCode.NotAcceptable),
            ("text/*", HttpStatusCode.OK),
            ("application/json, */*;q=0.1", HttpStatusCode.OK),
        })
        {
            using var response = await SendAsync(node, "/sse", null, ("Accept", accept));
            Assert.True(status == response.StatusCode, $"{accept}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task A_client_that_was_told_to_stop_gets_204()
    {
        await using var node = await StartAsync();
        using var response = await SendAsync(node, "/sse", null, ("Last-Event-ID", "push.stop"));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Streams_beyond_the_limit_are_refused_and_a_closed_one_makes_room()
    {
        await using var node = await StartAsync(new() { ["Push:Streams:MaxPerUser"] = "2" });
        await using var one = await node.OpenAsync(user: "alice");
        var two = await node.OpenAsync(user: "ALICE");
        using var refused = await SendAsync(node, "/sse", "alice");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        await using var other = await node.OpenAsync(user: "bob");

        await two.DisposeAsync();
        await Until.TrueAsync(
            async () =>
            {
                using var response = await SendAsync(node, "/sse", "alice");
                return response.StatusCode == HttpStatusCode.OK;
            },
            "a place is free again");
    }

    [Fact]
    public async Task A_custom_stream_is_written_by_the_same_rules_and_sees_the_last_event_id()
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await StartAsync(
            new() { ["Push:Streams:HeartbeatInterval"] = "00:00:01" },
            app => app.MapGet("/count", (HttpContext context) => PushResults.ServerSentEvents(CountAsync(context.Request.Headers["Last-Event-ID"], heard.Task))));
        await using var stream = await node.OpenAsync("/count", lastEventId: "41");
        var first = await stream.NextAsync();
        Assert.Equal(("tick", "41\nnext", "42"), (first.Name, first.Data, first.Id));
        var reading = stream.NextAsync();
        await Until.TrueAsync(() => stream.Comments.Contains(""), "a heartbeat came");
        heard.SetResult();
        var second = await reading;
        Assert.Equal(("message", "done", ""), (second.Name, second.Data, second.Id));
        Assert.Contains("", stream.Comments);
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x", id: "a\0b"));
    }

    [Fact]
    public async Task An_endpoint_can_derive_its_channels_from_the_route()
    {
        await using var node = await StartAsync(map: app => app.MapServerSentEvents(
            "/rooms/{room}/events", options => options.Channels = context => [ChannelName.Of("stats"), ChannelName.Of((string)context.Request.RouteValues["room"]!)]));
        await using var stream = await node.OpenAsync("/rooms/broadcast/events?channel=user:bob");
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "x", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("broadcast", (await stream.NextAsync()).Channel);
        using var refused = await SendAsync(node, "/rooms/secret/events", null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Silence_is_broken_by_a_heartbeat()
    {
        await using var node = await StartAsync(new() { ["Push:Streams:HeartbeatInterval"] = "00:00:01" });
        await using var stream = await node.OpenAsync();
        var reading = stream.NextAsync();
        await Until.TrueAsync(() => stream.Comments.Count > 1, "a heartbeat came");
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "x", cancellationToken: TestContext.Current.CancellationToken);
        await reading;
    }

    private static async IAsyncEnumerable<ServerSentEvent> CountAsync(string? last, Task heard, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new ServerSentEvent($"{last}\nnext", "tick", "42");

        // Silent until the heartbeat was heard.
        await heard.WaitAsync(cancellationToken);
        yield return new ServerSentEvent("done", id: "");
    }

    private async Task<PushNode> StartAsync(
        Dictionary<string, string?>? settings = null, Action<WebApplication>? map = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        return await PushNode.StartAsync(broker.ConnectionString, Guid.NewGuid().ToString("N"), settings, map: map, protocols: protocols);
    }

    private static async Task<HttpResponseMessage> SendAsync(PushNode node, string path, string? user, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (user is not null)
        {
            request.Headers.Add("X-Test-User", user);
        }

        if (header is { } given)
        {
            request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        }

        return await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
