using System.Net;

namespace PushApp.Tests.Integration.Web;

public sealed class RequestForgeryTests(TwoWebNodes nodes) : IClassFixture<TwoWebNodes>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Request_that_another_sites_page_sends_with_the_cookie_is_refused(string header, string value)
    {
        var (client, _, _) = await nodes.First.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/account/logout");
        request.Headers.Add(header, value);

        using var response = await client.SendAsync(request, Cancelled);
        using var stillSignedIn = await client.GetAsync("/api/account/me", Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.OK, stillSignedIn.StatusCode);
    }

    [Theory]
    [InlineData("same-origin", null)]
    [InlineData("none", null)]
    [InlineData(null, "self")]
    [InlineData(null, null)]
    public async Task Request_of_the_sites_own_page_or_of_no_browser_passes(string? site, string? origin)
    {
        var (client, _, _) = await nodes.First.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/account/logout");
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", nodes.First.Address.GetLeftPart(UriPartial.Authority));
        }

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Reading_is_nobodys_forgery()
    {
        var (client, _, _) = await nodes.First.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
