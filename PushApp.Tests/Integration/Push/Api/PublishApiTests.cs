using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Api;

public sealed class PublishApiTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task What_a_user_publishes_to_their_own_channel_reaches_their_stream_and_the_log(BrokerKind kind)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(kind));
        await using var stream = await api.Node.OpenAsync(user: "Ann Lee");

        using var response = await api.PostAsync("user:ann%20lee", """{"event":"greeting","data":{"n":1.0}}""", user: "Ann Lee");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var answer = await ApiNode.JsonAsync(response);
        Assert.True(Position.TryParse(answer.GetProperty("id").GetString(), out var position));
        Assert.Equal(1, position.Sequence);
        Assert.False(answer.GetProperty("duplicate").GetBoolean());
        Assert.True(DateTimeOffset.UtcNow - answer.GetProperty("time").GetDateTimeOffset() < TimeSpan.FromMinutes(1));

        var received = await stream.NextAsync();
        Assert.Equal(("greeting", """{"n":1.0}"""), (received.Name, received.Data));

        var history = await api.HistoryAsync("user:ann%20lee");
        var entry = Assert.Single(history.GetProperty("events").EnumerateArray());
        Assert.Equal(position.ToString(), history.GetProperty("head").GetString());
        Assert.Equal(position.ToString(), entry.GetProperty("position").GetString());
        Assert.Equal("""{"n":1.0}""", entry.GetProperty("data").GetString());
        Assert.True(history.GetProperty("recovered").GetBoolean());
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task The_same_key_gives_the_first_answer_again_and_with_another_body_is_an_error(BrokerKind kind)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(kind));

        using var first = await api.PostAsync("room:a", """{"event":"e","data":"1"}""", key: api.Key.Key, idempotencyKey: "k1");
        using var again = await api.PostAsync("room:a", """{"event":"e","data":"1"}""", key: api.Key.Key, idempotencyKey: "\"k1\"");
        using var other = await api.PostAsync("room:a", """{"event":"e","data":"2"}""", key: api.Key.Key, idempotencyKey: "k1");
        using var elsewhere = await api.PostAsync("room:b", """{"event":"e","data":"2"}""", key: api.Key.Key, idempotencyKey: "k1");

        var firstAnswer = await ApiNode.JsonAsync(first);
        var secondAnswer = await ApiNode.JsonAsync(again);
        Assert.Equal(firstAnswer.GetProperty("id").GetString(), secondAnswer.GetProperty("id").GetString());
        Assert.True(secondAnswer.GetProperty("duplicate").GetBoolean());
        await AssertProblemAsync(other, HttpStatusCode.UnprocessableEntity, "k1");
        Assert.Equal(HttpStatusCode.Accepted, elsewhere.StatusCode);
        Assert.Single((await api.HistoryAsync("room:a")).GetProperty("events").EnumerateArray());
    }

    [Fact]
    public async Task One_users_key_is_not_anothers()
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var alices = await api.PostAsync("dm:alice:bob", """{"event":"e","data":"from alice"}""", user: "alice", idempotencyKey: "k");
        using var bobs = await api.PostAsync("dm:alice:bob", """{"event":"e","data":"from bob"}""", user: "bob", idempotencyKey: "k");
        Assert.Equal(HttpStatusCode.Accepted, alices.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, bobs.StatusCode);
        Assert.Equal(2, (await api.HistoryAsync("dm:alice:bob")).GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task An_event_without_history_has_no_id_and_is_not_in_the_log()
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        await using var stream = await api.Node.OpenAsync();
        using var response = await api.PostAsync("broadcast", """{"event":"tick","data":1,"history":false}""", key: api.Key.Key);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await ApiNode.JsonAsync(response)).GetProperty("id").ValueKind);
        Assert.Equal("1", (await stream.NextAsync()).Data);
        Assert.Empty((await api.HistoryAsync("broadcast")).GetProperty("events").EnumerateArray());
    }

    [Theory]
    [InlineData("user:a%3Ab", "user:a%3Ab")]
    [InlineData("room:a%2Fb", "room:a%2Fb")]
    [InlineData("room:a%2fb", "room:a%2Fb")]
    [InlineData("room:100%25", "room:100%25")]
    [InlineData("room:100%2525", "room:100%2525")]
    [InlineData("room:a%20b", "room:a%20b")]
    [InlineData("user:j%C3%BCrgen", "user:j%C3%BCrgen")]
    [InlineData("user%3AJ%C3%BCrgen", "user:j%C3%BCrgen")]
    [InlineData("room%3Aa", "room:a")]
    [InlineData("user%3Aa%253Ab", "user:a%3Ab")]
    [InlineData("room%3Aa%2Fb", "room:a%2Fb")]
    public async Task A_channel_is_read_from_the_url_as_it_was_sent(string sent, string channel)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var response = await api.PostAsync(sent, """{"event":"e","data":"x"}""", key: api.Key.Key);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var page = await ((IChannelHistory)api.Node.Services.GetService(typeof(IChannelHistory))!).ReadAsync(channel, null, 10, TestContext.Current.CancellationToken);
        Assert.Single(page.Events);
    }

    [Theory]
    [InlineData("user:")]
    [InlineData("user:a:b")]
    [InlineData("a::b")]
    [InlineData("room:%FF")]
    public async Task What_is_no_channel_is_refused_with_the_reason(string channel)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var response = await api.PostAsync(channel, """{"event":"e","data":"x"}""", key: api.Key.Key);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "user:");
    }

    [Fact]
    public async Task A_channel_name_that_is_too_long_is_refused()
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var response = await api.PostAsync(new string('a', 300), """{"event":"e","data":"x"}""", key: api.Key.Key);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "200");
    }

    [Fact]
    public async Task Nonsense_is_refused_and_never_a_server_error()
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        (string Body, string Says)[] bodies =
        [
            ("", "is empty"),
            ("nonsense", "not JSON"),
            ("[]", "object"),
            ("""{"event":"e"}""", "data"),
            ("""{"data":"x"}""", "event"),
            ("""{"event":"a\nb","data":"x"}""", "line break"),
            ("""{"event":"a\u0000b","data":"x"}""", "NUL"),
            ($$"""{"event":"{{new string('e', 201)}}","data":"x"}""", "200"),
            ("""{"event":"e","data":"x","ttlSeconds":100000000}""", "time to live"),
            ("""{"event":"e","data":"\udc00"}""", "surrogate"),
        ];
        foreach (var (body, says) in bodies)
        {
            using var response = await api.PostAsync("room:a", body, key: api.Key.Key);
            await AssertProblemAsync(response, HttpStatusCode.BadRequest, says);
        }

        using var badKey = await api.PostAsync("room:a", """{"event":"e","data":"x"}""", key: api.Key.Key, idempotencyKey: new string('k', 201));
        await AssertProblemAsync(badKey, HttpStatusCode.BadRequest, "Idempotency-Key");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("")]
    public async Task Another_content_type_is_refused(string contentType)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var response = await api.PostAsync("room:a", """{"event":"e","data":"x"}""", key: api.Key.Key, contentType: contentType);
        await AssertProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "Content-Type: application/json");
    }

    [Fact]
    public async Task An_event_of_the_largest_size_passes_however_it_is_written_and_one_byte_more_does_not()
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), options => options.MaxEventBytes = 1000);
        using var plain = await api.PostAsync("room:a", $$"""{"event":"e","data":"{{new string('x', 1000)}}"}""", key: api.Key.Key);
        using var escaped = await api.PostAsync("room:a", $$"""{"event":"e","data":"{{string.Concat(Enumerable.Repeat("\\u0001", 1000))}}"}""", key: api.Key.Key);
        using var tooLong = await api.PostAsync("room:a", $$"""{"event":"e","data":"{{new string('x', 1001)}}"}""", key: api.Key.Key);
        using var tooLongInUtf8 = await api.PostAsync("room:a", $$"""{"event":"e","data":"{{new string('ü', 501)}}"}""", key: api.Key.Key);
        Assert.Equal(HttpStatusCode.Accepted, plain.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, escaped.StatusCode);
        await AssertProblemAsync(tooLong, HttpStatusCode.RequestEntityTooLarge, "1000 bytes");
        await AssertProblemAsync(tooLongInUtf8, HttpStatusCode.RequestEntityTooLarge, "1000 bytes");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_huge_body_is_refused_without_being_taken_in(bool chunked)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var response = await api.SendAsync(HttpMethod.Post, "/api/channels/room:a/events", key: api.Key.Key, change: request =>
        {
            request.Content = new ByteArrayContent(new byte[2 * 1024 * 1024]);
            request.Content.Headers.Add("Content-Type", "application/json");
            request.Headers.TransferEncodingChunked = chunked;
        });
        await AssertProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "Push:MaxEventBytes");
    }

    [Fact]
    public async Task More_than_the_burst_is_refused_with_when_to_come_back()
    {
        // Its clock stands still, so that nothing is filled up however long this takes.
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var api = await ApiNode.StartAsync(
            await brokers.GetAsync(BrokerKind.Garnet),
            options => options.PublishLimits = new PublishLimitOptions { Burst = 3, PerSecond = 1 },
            push => push.Services.AddSingleton<TimeProvider>(time));
        for (var i = 0; i < 3; i++)
        {
            using var passes = await api.PostAsync("user:alice", """{"event":"e","data":"x"}""", user: "alice");
            Assert.Equal(HttpStatusCode.Accepted, passes.StatusCode);
        }

        using var refused = await api.PostAsync("user:alice", """{"event":"e","data":"x"}""", user: "ALICE");
        await AssertProblemAsync(refused, HttpStatusCode.TooManyRequests, "repeat");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);

        using var another = await api.PostAsync("user:bob", """{"event":"e","data":"x"}""", user: "bob");
        Assert.Equal(HttpStatusCode.Accepted, another.StatusCode);

        time.Advance(TimeSpan.FromSeconds(1));
        using var back = await api.PostAsync("user:alice", """{"event":"e","data":"x"}""", user: "alice");
        Assert.Equal(HttpStatusCode.Accepted, back.StatusCode);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_a_503_with_when_to_come_back()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var api = await ApiNode.StartAsync(
            broker, options => options.PublishTimeout = TimeSpan.FromMilliseconds(200), redis: $"127.0.0.1:{FreePort.Next()},connectTimeout=200,syncTimeout=200,asyncTimeout=200");
        using var publish = await api.PostAsync("room:a", """{"event":"e","data":"x"}""", key: api.Key.Key);
        await AssertProblemAsync(publish, HttpStatusCode.ServiceUnavailable, "Idempotency-Key");
        Assert.InRange(publish.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);

        using var history = await api.SendAsync(HttpMethod.Get, "/api/channels/room:a/history", key: api.Key.Key);
        await AssertProblemAsync(history, HttpStatusCode.ServiceUnavailable, "Repeat");
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string says)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Contains(says, problem.GetProperty("detail").GetString());
    }
}
