using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Api;

public sealed class PresenceApiTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Lists_who_is_there_page_by_page()
    {
        await using var node = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        var presence = node.Node.Services.GetRequiredService<IPresence>();
        foreach (var name in (string[])["Zoe", "ann \"x\"", "bob"])
        {
            await presence.EnterAsync("room:tea", name, name == "bob" ? PresenceState.Away : PresenceState.Online, TestContext.Current.CancellationToken);
        }

        Assert.Equal("ann \"x\" online, bob away, Zoe online of 3", await ReadAsync(node, ""));
        Assert.Equal("bob away of 3", await ReadAsync(node, "?page=2&pageSize=1"));
        Assert.Equal(" of 3", await ReadAsync(node, "?page=99&pageSize=1000"));
        Assert.Equal(" of 3", await ReadAsync(node, "?page=2147483647&pageSize=1000"));
    }

    [Theory]
    [InlineData("?page=0", "'page'")]
    [InlineData("?page=x", "'page'")]
    [InlineData("?pageSize=0", "'pageSize'")]
    [InlineData("?pageSize=1001", "'pageSize'")]
    public async Task Nonsense_is_answered_with_what_to_do(string query, string named)
    {
        await using var node = await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet));
        using var response = await node.SendAsync(HttpMethod.Get, $"/api/channels/room:tea/presence{query}", key: node.Key.Key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(named, (await ApiNode.JsonAsync(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_may_see_who_is_there_is_told()
    {
        await using var node = await ApiNode.StartAsync(
            await brokers.GetAsync(BrokerKind.Garnet),
            build: push => push.AddAuthorizer((principal, channel, access) => principal.UserName == "ann" && channel == "room:tea" && access == ChannelAccess.Presence));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("room:tea", "ann"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("room:tea", "bob"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("room:other", "ann"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("user:bob", "bob"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("broadcast", "bob"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("room:tea", null));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("user:", "ann"));

        async Task<HttpStatusCode> StatusAsync(string channel, string? user)
        {
            using var response = await node.SendAsync(HttpMethod.Get, $"/api/channels/{channel}/presence", user);
            return response.StatusCode;
        }
    }

    private static async Task<string> ReadAsync(ApiNode node, string query)
    {
        using var response = await node.SendAsync(HttpMethod.Get, $"/api/channels/room:tea/presence{query}", key: node.Key.Key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = await ApiNode.JsonAsync(response);
        var items = page.GetProperty("items").EnumerateArray().Select(Text);
        return $"{string.Join(", ", items)} of {page.GetProperty("total").GetInt32()}";

        static string Text(JsonElement item)
        {
            Assert.InRange(item.GetProperty("since").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
            return $"{item.GetProperty("userName").GetString()} {item.GetProperty("state").GetString()}";
        }
    }
}
