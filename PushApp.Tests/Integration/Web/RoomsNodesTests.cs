using System.Net;
using System.Text.Json.Nodes;

namespace PushApp.Tests.Integration.Web;

/// <summary>Socket.IO of two web nodes that were started by nothing but their environment.</summary>
public sealed class RoomsNodesTests(TwoWebNodes nodes) : IClassFixture<TwoWebNodes>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_of_one_node_is_served_through_the_other()
    {
        var (_, _, cookie) = await nodes.First.SignUpAsync();
        var opened = await SendAsync(nodes.First, HttpMethod.Get, "", cookie);
        Assert.Equal(HttpStatusCode.OK, opened.Status);
        var session = $"&sid={(string)JsonNode.Parse(opened.Body[1..])!["sid"]!}";

        // Whose lease and keys the other node has to find first, both being just started.
        Assert.Equal((HttpStatusCode.OK, "ok"), await SendAsync(nodes.Second, HttpMethod.Post, session, cookie, "40"));
        Assert.StartsWith("40{", (await SendAsync(nodes.Second, HttpMethod.Get, session, cookie)).Body, StringComparison.Ordinal);

        // The session's id alone lets nobody else in, on either node.
        foreach (var node in (WebNode[])[nodes.First, nodes.Second])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(node, HttpMethod.Post, session, null, "41")).Status);
        }
    }

    [Fact]
    public async Task Behind_a_known_proxy_the_sites_origin_is_the_one_that_the_browser_sees()
    {
        var (_, _, cookie) = await nodes.First.SignUpAsync();
        Assert.Equal(HttpStatusCode.OK, await HandshakeAsync("https://site.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await HandshakeAsync("http://site.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await HandshakeAsync("https://elsewhere.example"));

        async Task<HttpStatusCode> HandshakeAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/socket.io/?EIO=4&transport=polling");
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("Origin", origin);
            request.Headers.Add("X-Forwarded-For", "192.0.2.7");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-Host", "site.example");
            using var response = await nodes.First.Http.SendAsync(request, Cancelled);
            return response.StatusCode;
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(WebNode node, HttpMethod method, string session, string? cookie, string? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/socket.io/?EIO=4&transport=polling{session}");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        request.Content = body is null ? null : new StringContent(body);
        using var response = await node.Http.SendAsync(request, Cancelled);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }
}
