using System.Net;
using System.Text.Json;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Web;

/// <summary>Pages of other sites that may connect, but not with the cookies of the site's user.</summary>
public sealed class ForeignPageTests
{
    [Fact]
    public async Task A_page_of_another_site_connects_as_a_visitor_whatever_cookie_its_browser_sends()
    {
        using var folder = new TempFolder("foreign");
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        await using var node = await WebNode.StartAsync(
            broker.ConnectionString, $"Data Source={folder.Combine("contacts.db")}", new Dictionary<string, string?> { ["SocketIO__Engine__AllowedOrigins__0"] = "https://app.example.com" });
        var (http, _, cookie) = await node.SignUpAsync();
        http.Dispose();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
        request.Headers.Add("Origin", "https://app.example.com");
        request.Headers.Add("Cookie", cookie);
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_site_is_whom_its_own_token_says_whatever_cookie_its_browser_sends_beside_it()
    {
        using var folder = new TempFolder("foreign");
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, TestContext.Current.CancellationToken);
        await using var node = await WebNode.StartAsync(
            broker.ConnectionString, $"Data Source={folder.Combine("contacts.db")}", new Dictionary<string, string?> { ["SocketIO__Engine__AllowedOrigins__0"] = "https://app.example.com" });
        var (http, email, cookie) = await node.SignUpAsync("correct horse");
        http.Dispose();
        var (token, _) = await node.GetTokensAsync(email, "correct horse");

        // The chat is for those who are signed in.
        const string Joined = "40/chat,{", Refused = "44/chat,{";
        Assert.StartsWith(Joined, await JoinAsync(node, null, token), StringComparison.Ordinal);
        Assert.StartsWith(Joined, await JoinAsync(node, cookie, token), StringComparison.Ordinal);

        // What is no token counts for nothing, and least of all for the cookie's user. (With the cookie alone, a page of another site may not even send.)
        Assert.StartsWith(Refused, await JoinAsync(node, cookie, "nonsense"), StringComparison.Ordinal);
    }

    /// <summary>What the chat answers a client of a page of app.example.com.</summary>
    private static async Task<string> JoinAsync(WebNode node, string? cookie, string? token)
    {
        var opened = await SendAsync(HttpMethod.Get, "", null);
        var sid = JsonElement.Parse(opened[1..]).GetProperty("sid").GetString();
        Assert.Equal("ok", await SendAsync(HttpMethod.Post, $"&sid={sid}", "40/chat,"));
        return await SendAsync(HttpMethod.Get, $"&sid={sid}", null);

        async Task<string> SendAsync(HttpMethod method, string query, string? body)
        {
            using var request = new HttpRequestMessage(method, $"/socket.io/?EIO=4&transport=polling{query}") { Content = body is null ? null : new StringContent(body) };
            request.Headers.Add("Origin", "https://app.example.com");
            if (cookie is not null)
            {
                request.Headers.Add("Cookie", cookie);
            }

            if (token is not null)
            {
                WebNode.UseToken(request, token);
            }

            using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }
}
