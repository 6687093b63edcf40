using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

public sealed class InspectorTests(InspectorNodes nodes) : IClassFixture<InspectorNodes>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/inspector")]
    [InlineData("GET", "/api/inspector/nodes")]
    [InlineData("GET", "/api/inspector/channels")]
    [InlineData("GET", "/api/inspector/channel?name=broadcast")]
    [InlineData("GET", "/api/inspector/connections")]
    [InlineData("DELETE", "/api/inspector/connections/6f9619ff-8b86-d011-b42d-00c04fc964ff")]
    [InlineData("GET", "/api/inspector/events")]
    [InlineData("GET", "/api/inspector/journey?id=1-00000001")]
    [InlineData("GET", "/api/inspector/user?name=ann")]
    [InlineData("GET", "/api/inspector/stream")]
    [InlineData("GET", "/sse/?channel=inspector")]
    public async Task Whoever_is_no_administrator_is_refused(string method, string path)
    {
        using var anonymous = await nodes.First.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);

        var (client, _, _) = await nodes.First.SignUpAsync();
        using var refused = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        client.Dispose();
    }

    [Fact]
    public async Task Page_is_told_whether_the_Inspector_is_open()
    {
        var (client, _, _) = await nodes.Second.SignUpAsync();
        Assert.False((await client.GetFromJsonAsync<JsonElement>("/api/site", Cancelled)).GetProperty("user").GetProperty("mayInspect").GetBoolean());
        Assert.False((await client.GetFromJsonAsync<JsonElement>("/api/account/me", Cancelled)).GetProperty("mayInspect").GetBoolean());
        Assert.True((await nodes.Client.GetFromJsonAsync<JsonElement>("/api/site", Cancelled)).GetProperty("user").GetProperty("mayInspect").GetBoolean());
        client.Dispose();
    }

    [Fact]
    public async Task Test_event_is_seen_on_both_nodes_with_its_times_in_order()
    {
        var (alice, email, _) = await nodes.Second.SignUpAsync();
        await using var there = await SseReader.OpenAsync(alice, "/sse/");
        await using var here = await SseReader.OpenAsync(nodes.Client, "/sse/");
        var published = await PublishAsync("broadcast", "test");
        var id = published.GetProperty("id").GetString()!;

        JsonElement journey = default;
        await Until.TrueAsync(
            async () =>
            {
                journey = (await GetAsync($"/api/inspector/journey?id={id}")).GetProperty("journey");
                return journey.GetProperty("nodes").EnumerateArray().Count(node => node.GetProperty("connections").GetInt32() > 0) == 2;
            },
            "both nodes have written it");

        var publish = journey.GetProperty("publish");
        Assert.True(publish.GetProperty("requestedAt").GetDouble() <= publish.GetProperty("startedAt").GetDouble());
        foreach (var node in journey.GetProperty("nodes").EnumerateArray())
        {
            Assert.True(publish.GetProperty("startedAt").GetDouble() <= node.GetProperty("receivedAt").GetDouble());
            Assert.True(node.GetProperty("receivedAt").GetDouble() <= node.GetProperty("lastWrittenAt").GetDouble());
        }

        Assert.Equal(32, journey.GetProperty("event").GetProperty("traceId").GetString()!.Length);
        var answer = await GetAsync($"/api/inspector/journey?id={id}&channel=broadcast&user={Uri.EscapeDataString(email)}");
        Assert.Equal("WrittenNotShown", answer.GetProperty("verdict").GetProperty("outcome").GetString());
        alice.Dispose();
    }

    [Fact]
    public async Task Disconnecting_by_one_node_ends_a_stream_of_the_other()
    {
        var (alice, email, _) = await nodes.Second.SignUpAsync();
        await using var stream = await SseReader.OpenAsync(alice, "/sse/");
        var found = (await GetAsync($"/api/inspector/connections?search={Uri.EscapeDataString(email)}")).GetProperty("items").EnumerateArray().Single();

        using var ended = await nodes.Client.DeleteAsync($"/api/inspector/connections/{found.GetProperty("id").GetString()}", Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Contains(await stream.ToEndAsync(), item => item.Name == "push.closing");
        alice.Dispose();
    }

    [Theory]
    [InlineData("/api/inspector/connections?page=0", "page")]
    [InlineData("/api/inspector/connections?pageSize=100000", "pageSize")]
    [InlineData("/api/inspector/channels?page=two", "two")]
    [InlineData("/api/inspector/channel", "name")]
    [InlineData("/api/inspector/channel?name=room:", "empty segment")]
    [InlineData("/api/inspector/channel?name=inspector", "'broadcast'")]
    [InlineData("/api/inspector/events?take=0", "take")]
    [InlineData("/api/inspector/journey", "?id=")]
    [InlineData("/api/inspector/journey?id=1-00000001&channel=%20:%20", "channel")]
    [InlineData("/api/inspector/journey?id=nonsense", "One looks like 42-9f3c01ab")]
    [InlineData("/api/inspector/journey?id=42", "'42' is no event's id")]
    [InlineData("/api/inspector/journey?id=0af7651916cd43dd8448eb211c80319c", "eight hexadecimal digits")]
    [InlineData("/api/inspector/channel?name=room:a%20b", "it holds a space")]
    [InlineData("/api/inspector/channel?name=room:a%20b", "as in 'room:a%20b'")]
    [InlineData("/api/inspector/channel?name=room:50%25", "it holds '%'")]
    [InlineData("/api/inspector/journey?id=1-00000001&channel=room:a%23b", "it holds '#'")]
    [InlineData("/api/inspector/user", "?name=")]
    public async Task Bad_question_is_answered_with_what_is_wrong(string path, string words)
    {
        using var response = await nodes.Client.GetAsync(path, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(words, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/api/inspector/journey?id=7-00000001&channel=room:nobody", 404)]
    [InlineData("/api/inspector/journey?id=e1764504288000-9f3c01ab", 404)]
    [InlineData("/api/inspector/journey?id=%207-00000001&channel=room%3Anobody", 404)]
    [InlineData("/api/inspector/user?name=nobody%40example.com", 404)]
    public async Task What_is_not_there_is_not_found(string path, int status)
    {
        using var response = await nodes.Client.GetAsync(path, Cancelled);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("""{"channel":"","event":"e"}""")]
    [InlineData("""{"event":"e"}""")]
    [InlineData("""{"channel":"broadcast"}""")]
    [InlineData("""{"channel":"broadcast","event":"push.closing"}""")]
    [InlineData("""{"channel":"inspector","event":"node"}""")]
    [InlineData("""{"channel":"broadcast","event":"a\nb"}""")]
    [InlineData("""{"channel":"room:a b","event":"e"}""")]
    [InlineData("""{"channel":"room:a\ud83d\ude00","event":"e"}""")]
    [InlineData("""{"channel":7}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Test_event_that_is_none_is_refused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await nodes.Client.PostAsync("/api/inspector/events", content, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEmpty((await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Channel_says_how_many_hold_it_on_all_nodes()
    {
        var room = $"room:{Guid.NewGuid():N}";
        Assert.Equal(0, (await GetAsync($"/api/inspector/channel?name={room}")).GetProperty("subscribers").GetInt32());
        var (alice, email, _) = await nodes.Second.SignUpAsync();
        var own = ChannelName.User(email).Value;
        await using var one = await SseReader.OpenAsync(alice, "/sse/");
        await using var two = await SseReader.OpenAsync(alice, "/sse/");

        var answer = await GetAsync($"/api/inspector/channel?name={Uri.EscapeDataString(own)}");

        Assert.Equal((own, 2, 0), (answer.GetProperty("channel").GetString(), answer.GetProperty("subscribers").GetInt32(), answer.GetProperty("missingNodes").GetInt32()));
        alice.Dispose();
    }

    /// <summary>A URL is decoded once; what is left are the name's own escapes.</summary>
    [Theory]
    [InlineData("user%3Ademo%40example.com", "user:demo@example.com")]
    [InlineData("user:demo%2540example.com", "user:demo@example.com")]
    [InlineData("room:b%25C3%25BCro", "room:b%C3%BCro")]
    [InlineData("room:50%2525", "room:50%25")]
    public async Task Channel_in_an_address_is_decoded_once(string encoded, string channel) =>
        Assert.Equal(channel, (await GetAsync($"/api/inspector/channel?name={encoded}")).GetProperty("channel").GetString());

    [Fact]
    public async Task Test_event_without_a_log_is_named_so_that_its_journey_can_be_followed()
    {
        using var response = await nodes.Client.PostAsJsonAsync("/api/inspector/events", new { channel = "broadcast", @event = "passing", data = "{}", history = false }, Cancelled);
        var id = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("id").GetString();

        var journey = await GetAsync($"/api/inspector/journey?id={id}&channel=broadcast");

        Assert.Equal(("passing", "NotLogged"), (journey.GetProperty("journey").GetProperty("event").GetProperty("event").GetString(), journey.GetProperty("journey").GetProperty("log").GetString()));
    }

    [Fact]
    public async Task Test_event_that_is_too_large_is_refused_as_such()
    {
        using var response = await nodes.Client.PostAsJsonAsync("/api/inspector/events", new { channel = "broadcast", @event = "e", data = new string('x', 70_000) }, Cancelled);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("70000 bytes", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_is_larger_than_the_server_takes_is_refused_in_words()
    {
        using var content = new StringContent($$"""{"channel":"broadcast","event":"e","data":"{{new string('x', 31_000_000)}}"}""", System.Text.Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/inspector/events") { Content = content };
        request.Headers.ExpectContinue = true;
        using var response = await nodes.Client.SendAsync(request, Cancelled);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("larger", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> PublishAsync(string channel, string eventName)
    {
        using var response = await nodes.Client.PostAsJsonAsync("/api/inspector/events", new { channel, @event = eventName, data = "{}" }, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
    }

    private async Task<JsonElement> GetAsync(string path) => await nodes.Client.GetFromJsonAsync<JsonElement>(path, Cancelled);
}
