using System.Net;
using System.Text.Json;
using PushApp.Tests.Infrastructure;
using static PushApp.Tests.Integration.Push.Api.PublishApiTests;

namespace PushApp.Tests.Integration.Push.Api;

public sealed class HistoryApiTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task The_log_is_read_on_from_a_position(BrokerKind kind)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(kind));
        await PublishAsync(api, 10);

        var newest = await api.HistoryAsync("room:a", "?limit=3");
        Assert.Equal(["7", "8", "9"], Data(newest));

        var after = newest.GetProperty("events")[0].GetProperty("position").GetString();
        var rest = await api.HistoryAsync("room:a", $"?after={after}");
        Assert.Equal(["8", "9"], Data(rest));
        Assert.True(rest.GetProperty("recovered").GetBoolean());

        var head = rest.GetProperty("head").GetString();
        Assert.Empty(Data(await api.HistoryAsync("room:a", $"?after={head}")));
    }

    [Fact]
    public async Task A_position_that_is_not_in_the_log_is_said_not_to_be_recovered()
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        await PublishAsync(api, 3);
        var page = await api.HistoryAsync("room:a", "?after=2-00000000");
        Assert.False(page.GetProperty("recovered").GetBoolean());
        Assert.Equal(["0", "1", "2"], Data(page));
    }

    [Theory]
    [InlineData("?after=nonsense", "after")]
    [InlineData("?after=1", "after")]
    [InlineData("?after=-1-00000000", "after")]
    [InlineData("?after=99999999999999999999-00000000", "after")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=ten", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    public async Task A_malformed_query_is_refused_with_what_to_send(string query, string says)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var response = await api.SendAsync(HttpMethod.Get, $"/api/channels/room:a/history{query}", key: api.Key.Key);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, says);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_purged_channel_is_empty_and_those_who_listen_are_reset(BrokerKind kind)
    {
        await using var api = await ApiNode.StartAsync(await brokers.GetAsync(kind));
        await using var stream = await api.Node.OpenAsync();
        using var published = await api.PostAsync("broadcast", """{"event":"e","data":"x"}""", key: api.Key.Key);
        await stream.NextAsync();

        using var purged = await api.SendAsync(HttpMethod.Delete, "/api/channels/broadcast", key: api.Key.Key);

        Assert.Equal(HttpStatusCode.NoContent, purged.StatusCode);
        Assert.Empty(Data(await api.HistoryAsync("broadcast")));
        Assert.Equal("push.reset", (await stream.NextAsync()).Name);
    }

    private static async Task PublishAsync(ApiNode api, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await api.PostAsync("room:a", $$"""{"event":"e","data":"{{i}}"}""", key: api.Key.Key);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }

    private static string?[] Data(JsonElement page) =>
        [.. page.GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("data").GetString())];
}
