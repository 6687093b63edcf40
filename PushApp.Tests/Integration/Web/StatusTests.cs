using System.Text.Json.Nodes;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>The namespace /status of two nodes, with the official client.</summary>
public sealed class StatusTests(PresenceSite site) : IClassFixture<PresenceSite>
{
    [Fact]
    public async Task A_user_is_online_away_and_offline_over_tabs_and_nodes()
    {
        var (ann, annHeaders) = await site.SignUpAsync();
        var (_, bobHeaders) = await site.SignUpAsync();
        var bob = await site.OpenAsync(1, "/status", bobHeaders);
        var unknown = (JsonArray)(await bob.AskAsync("watch", ann, "nobody@example.com"))[0]!;
        Assert.Equal([$"{ann} offline", "nobody@example.com offline"], unknown.Select(Text));
        Assert.Null(unknown[0]!["since"]);

        var first = await site.OpenAsync(0, "/status", annHeaders);
        Assert.Equal($"{ann} online", await NextAsync(bob));
        var second = await site.OpenAsync(1, "/status", annHeaders);

        // A third says who looks in later, by any case.
        var third = await site.OpenAsync(0, "/status", bobHeaders);
        var seen = (JsonArray)(await third.AskAsync("watch", ann.ToUpperInvariant()))[0]!;
        Assert.Equal($"{ann.ToUpperInvariant()} online", Text(seen[0]));
        Assert.InRange(DateTimeOffset.Parse((string)seen[0]!["since"]!, null), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddSeconds(5));

        await first.EmitAsync("away");
        await second.EmitAsync("away");
        Assert.Equal($"{ann} away", await NextAsync(bob));
        await second.EmitAsync("active");
        Assert.Equal($"{ann} online", await NextAsync(bob));

        // The active tab goes first, so that each end has something to tell.
        await second.DisconnectAsync();
        Assert.Equal($"{ann} away", await NextAsync(bob));
        await first.DisconnectAsync();
        Assert.Equal($"{ann} offline", await NextAsync(bob));
        Assert.Equal(5, bob.Of("presence").Count);

        // The third came while things moved, so it may be told twice what it knows; what counts is where that ends.
        await Until.TrueAsync(() => Last(third) == $"{ann.ToUpperInvariant()} offline", "the third sees her go");
        Assert.Single(third.Of("presence"), item => (string)item.Arguments[0]!["state"]! == "offline");

        await bob.EmitAsync("unwatch", ann);
        await bob.AskAsync("watch", "nobody@example.com");
        _ = await site.OpenAsync(0, "/status", annHeaders);
        await Until.TrueAsync(() => Last(third) == $"{ann.ToUpperInvariant()} online", "the third sees her come");
        Assert.Equal(5, bob.Of("presence").Count);
    }

    [Fact]
    public async Task A_tab_that_says_so_when_it_connects_is_away_from_the_start()
    {
        var (ann, annHeaders) = await site.SignUpAsync();
        var (_, bobHeaders) = await site.SignUpAsync();
        var bob = await site.OpenAsync(1, "/status", bobHeaders);
        await bob.AskAsync("watch", ann);
        _ = await site.OpenAsync(0, "/status", annHeaders, new { auth = new { state = "away" } });
        Assert.Equal($"{ann} away", await NextAsync(bob));
    }

    [Fact]
    public async Task Who_comes_back_at_once_was_never_offline()
    {
        var (ann, annHeaders) = await site.SignUpAsync();
        var (eve, eveHeaders) = await site.SignUpAsync();
        var (_, bobHeaders) = await site.SignUpAsync();
        var bob = await site.OpenAsync(1, "/status", bobHeaders);
        await bob.AskAsync("watch", ann, eve);
        var client = await site.OpenAsync(0, "/status", annHeaders);
        Assert.Equal($"{ann} online", await NextAsync(bob));
        for (var i = 1; i <= 4; i++)
        {
            await client.RedirectAsync(site.Nodes[i % 2].Address);
            await client.NextAsync("connect");
        }

        // Whose grace began after all of theirs, and is over when the others' is.
        var other = await site.OpenAsync(0, "/status", eveHeaders);
        await other.CutAsync();
        await other.NextAsync("disconnect");
        await other.DisconnectAsync();
        Assert.Equal([$"{ann} online", $"{eve} online"], [$"{ann} online", await NextAsync(bob, skip: 1)]);
        await Until.TrueAsync(() => bob.Of("presence").Count >= 3, "Eve is offline");
        Assert.Equal([$"{ann} online", $"{eve} online", $"{eve} offline"], bob.Of("presence").Select(item => Text(item.Arguments[0])));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_the_reason()
    {
        var visitor = await site.OpenUnconnectedAsync(0, "/status");
        Assert.Equal("You may not connect to '/status'.", (string)(await visitor.NextAsync("connect_error")).Arguments[0]!);

        var (_, headers) = await site.SignUpAsync();
        var client = await site.OpenAsync(0, "/status", headers);
        Assert.Equal("invalid_arguments", await ErrorAsync("watch"));
        Assert.Equal("invalid_arguments", await ErrorAsync("watch", ""));
        Assert.Equal("invalid_arguments", await ErrorAsync("watch", new string('x', 300)));
        Assert.Equal("too_many_users", await ErrorAsync("watch", [.. Enumerable.Range(0, 501).Select(i => $"user{i}")]));
        Assert.Equal(500, ((JsonArray)(await client.AskAsync("watch", [.. Enumerable.Range(0, 500).Select(i => $"user{i}")]))[0]!).Count);
        Assert.Equal("too_many_users", await ErrorAsync("watch", "one more"));

        async Task<string> ErrorAsync(string name, params object?[] arguments) => (string)(await client.AskAsync(name, arguments))[0]!["error"]!["name"]!;
    }

    [Fact]
    public async Task The_namespace_events_refuses_a_page_whose_sign_in_has_become_anothers()
    {
        var (ann, _) = await site.SignUpAsync();
        var (bob, bobHeaders) = await site.SignUpAsync();
        var left = await site.OpenUnconnectedAsync(0, "/events", bobHeaders, new { auth = new { user = ann } });
        var refusal = (await left.NextAsync("connect_error")).Arguments;
        Assert.Equal($"This page is of '{ann}', and somebody else has signed in since. Load it anew.", (string)refusal[0]!);
        Assert.Equal("other_user", (string)refusal[1]!["code"]!);

        _ = await site.OpenAsync(0, "/events", bobHeaders, new { auth = new { user = bob.ToUpperInvariant() } });
    }

    [Fact]
    public async Task The_namespace_events_brings_what_a_stream_would()
    {
        var (ann, headers) = await site.SignUpAsync();
        var (bob, _) = await site.SignUpAsync();
        var client = await site.OpenAsync(0, "/events", headers);
        await using var publisher = await PushNode.StartAsync(site.Broker.ConnectionString, "push");
        var channel = PushApp.Push.ChannelName.User(ann);
        await publisher.Publisher.PublishAsync(channel, "notification", """{"id":"1","text":["a",2]}""", cancellationToken: TestContext.Current.CancellationToken);
        var first = await client.NextAsync("event");
        Assert.Equal(["notification", """{"id":"1","text":["a",2]}""", channel.Value], first.Arguments.Take(3).Select(item => (string)item!));

        // What came while it was cut off follows.
        await client.CutAsync();
        await client.NextAsync("disconnect");
        await publisher.Publisher.PublishAsync(channel, "missed", "text", cancellationToken: TestContext.Current.CancellationToken);
        Assert.True((bool)(await client.NextAsync("connect")).Arguments[0]!["recovered"]!);
        Assert.Equal("missed", (string)(await client.NextAsync("event")).Arguments[0]!);

        Assert.Equal("access_denied", (string)(await client.AskAsync("subscribe", $"user:{bob}"))[0]!["error"]!["name"]!);
        Assert.Equal("invalid_arguments", (string)(await client.AskAsync("subscribe", "user:"))[0]!["error"]!["name"]!);
        Assert.Equal(["broadcast", "stats", channel.Value], ((JsonArray)(await client.AskAsync("subscribe", "stats"))[0]!).Select(item => (string)item!));

        // At most once: one that comes while the answer is still being written may be dropped.
        await Until.TrueAsync(
            async () =>
            {
                await publisher.Publisher.PublishAsync("stats", "uptime", "1", PushApp.Push.PublishOptions.Ephemeral, TestContext.Current.CancellationToken);
                return client.Of("event").Any(item => (string?)item.Arguments[2] == "stats");
            },
            "an event of the channel comes");
    }

    private static async Task<string> NextAsync(SocketIOClient client, int? skip = null)
    {
        if (skip is { } count)
        {
            await Until.TrueAsync(() => client.Of("presence").Count > count, "another state is told");
            return Text(client.Of("presence")[count].Arguments[0]);
        }

        return Text((await client.NextAsync("presence")).Arguments[0]);
    }

    private static string? Last(SocketIOClient client) => client.Of("presence") is [.., var last] ? Text(last.Arguments[0]) : null;

    private static string Text(JsonNode? status) => $"{(string)status!["user"]!} {(string)status["state"]!}";
}
