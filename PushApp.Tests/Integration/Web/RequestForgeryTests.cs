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

    [Theory]
    [InlineData("Bearer", true, HttpStatusCode.NoContent)]
    // What is no token signs in nobody; and where Identity sees none, the cookie would count.
    [InlineData("bearer", true, HttpStatusCode.Forbidden)]
    [InlineData("Bearer", false, HttpStatusCode.Unauthorized)]
    [InlineData("Basic", false, HttpStatusCode.Forbidden)]
    public async Task A_token_of_the_page_s_own_counts_whatever_cookie_comes_beside_it_and_the_cookie_never(string scheme, bool isValid, HttpStatusCode expected)
    {
        var (client, email, _) = await nodes.First.SignUpAsync("correct horse");
        var (token, _) = await nodes.First.GetTokensAsync(email, "correct horse");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/notifications/read");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {(isValid ? token : "nonsense")}");

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(expected, response.StatusCode);
        client.Dispose();
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
