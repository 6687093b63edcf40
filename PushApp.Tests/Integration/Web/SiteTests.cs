using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace PushApp.Tests.Integration.Web;

public sealed class SiteTests(TwoWebNodes nodes) : IClassFixture<TwoWebNodes>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/api/nothing")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/nothing.js")]
    public async Task Every_answer_forbids_inline_code_and_foreign_frames(string path)
    {
        using var response = await nodes.First.Http.GetAsync(path, Cancelled);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("unsafe", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("connect-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("/api/site")]
    [InlineData("/api/contacts")]
    [InlineData("/api/account/me")]
    public async Task What_the_api_answers_is_kept_by_nobody(string path)
    {
        using var response = await nodes.First.Http.GetAsync(path, Cancelled);

        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task The_page_is_held_by_its_content_and_not_by_its_time()
    {
        using var first = await nodes.First.Http.GetAsync("/imports", Cancelled);
        using var sameContent = new HttpRequestMessage(HttpMethod.Get, "/");
        sameContent.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await nodes.First.Http.SendAsync(sameContent, Cancelled);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        // A newer version that was taken back: what the browser holds is younger than what is here.
        using var newer = new HttpRequestMessage(HttpMethod.Get, "/");
        newer.Headers.IfModifiedSince = DateTimeOffset.UtcNow.AddDays(1);
        using var other = await nodes.First.Http.SendAsync(newer, Cancelled);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("GET", "/api/account/me", 401)]
    [InlineData("GET", "/api/account/login", 405)]
    [InlineData("POST", "/api/account/login", 400)]
    [InlineData("GET", "/api/demo/contacts.csv?rows=0", 400)]
    [InlineData("GET", "/api/demo/contacts.csv?rows=many", 400)]
    public async Task Errors_are_problem_details(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new StringContent("{no json", Encoding.UTF8, "application/json");
        }

        using var response = await nodes.First.Http.SendAsync(request, Cancelled);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Bad_request_says_what_is_wrong_in_production_too()
    {
        using var response = await nodes.First.Http.GetAsync("/api/demo/contacts.csv?rows=many", Cancelled);

        Assert.Contains("many", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Description_of_the_api_lists_the_accounts()
    {
        var description = await nodes.First.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancelled);

        Assert.True(description.GetProperty("paths").TryGetProperty("/api/account/login", out _));
        Assert.True(description.GetProperty("paths").TryGetProperty("/api/account/logout", out _));
    }

    [Fact]
    public async Task Assets_are_compressed_and_kept_for_good()
    {
        var page = await nodes.First.Http.GetStringAsync("/", Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Get, SiteAssetsTests.FindScript(page));
        request.Headers.AcceptEncoding.ParseAdd("br");

        using var response = await nodes.First.Http.SendAsync(request, Cancelled);

        Assert.Equal("br", response.Content.Headers.ContentEncoding.Single());
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Page_answers_every_address_within_the_site()
    {
        using var response = await nodes.First.Http.GetAsync("/imports", Cancelled);
        using var posted = await nodes.First.Http.PostAsync("/imports", null, Cancelled);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }
}
