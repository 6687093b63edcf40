using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push;

/// <summary>An application's own streams keep the promises of those of channels.</summary>
public sealed class CustomStreamTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Signing_out_ends_it_and_tells_the_client_to_stop()
    {
        var signIns = new EndedSignIns();
        await using var node = await StartAsync(configure: builder => builder.Services.AddSingleton<ISignInValidator>(signIns));
        await using var ended = await node.OpenAsync("/own", user: "alice", signIn: "phone");
        await using var kept = await node.OpenAsync("/own", user: "alice", signIn: "laptop");
        Assert.Equal("first", (await ended.NextAsync()).Data);
        Assert.Equal("first", (await kept.NextAsync()).Data);

        signIns.Ended.Add("phone");
        await node.Services.GetRequiredService<IAccessNotifier>().NotifyAccessChangedAsync("alice", TestContext.Current.CancellationToken);

        var last = Assert.Single(await ended.ToEndAsync());
        Assert.Equal("push.closing", last.Name);
        Assert.Contains("signed-out", last.Data, StringComparison.Ordinal);
        Assert.Equal("push.stop", ended.LastEventId);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/own") { Headers = { { "Last-Event-ID", "push.stop" } } };
        using var answer = await node.Http.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        _second.SetResult();
        Assert.Equal("second", (await kept.NextAsync()).Data);
    }

    [Fact]
    public async Task It_counts_against_the_limits_with_the_streams_of_channels()
    {
        await using var node = await StartAsync(new Dictionary<string, string?> { ["Push:Streams:MaxPerUser"] = "2" });
        await using var own = await node.OpenAsync("/own", user: "alice");
        var channels = await node.OpenAsync(user: "alice");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/own") { Headers = { { "X-Test-User", "Alice" } } };
        using (var answer = await node.Http.SendAsync(request, TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        // A place is given back.
        await channels.DisposeAsync();
        await Until.TrueAsync(
            async () =>
            {
                using var again = new HttpRequestMessage(HttpMethod.Get, "/own") { Headers = { { "X-Test-User", "Alice" } } };
                using var answer = await node.Http.SendAsync(again, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "there is room for one more");
    }

    [Fact]
    public async Task Stopping_the_node_ends_it_with_a_delay_of_its_own()
    {
        await using var node = await StartAsync();
        var streams = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => node.OpenAsync("/own")));
        foreach (var stream in streams)
        {
            Assert.Equal("first", (await stream.NextAsync()).Data);
        }

        var stopping = node.StopAsync();
        var delays = new HashSet<string>();
        foreach (var stream in streams)
        {
            var last = Assert.Single(await stream.ToEndAsync());
            Assert.Equal("push.closing", last.Name);
            Assert.Contains("shutdown", last.Data, StringComparison.Ordinal);
            delays.Add(stream.Retry!);
            await stream.DisposeAsync();
        }

        await stopping;
        Assert.True(delays.Count > 5, "The clients would come back in step.");
    }

    private async Task<PushNode> StartAsync(IDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null) =>
        await PushNode.StartAsync((await brokers.GetAsync(BrokerKind.RedisServer)).ConnectionString, Guid.NewGuid().ToString("N"), settings, configure, app =>
        {
            app.MapServerSentEvents("/sse");
            app.MapGet("/own", () => PushResults.ServerSentEvents(TwoAsync()));
        });

    private async IAsyncEnumerable<ServerSentEvent> TwoAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new ServerSentEvent("first");
        await _second.Task.WaitAsync(cancellationToken);
        yield return new ServerSentEvent("second");
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
    }
}
