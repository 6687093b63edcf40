using System.Net;
using System.Text.Json;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Dashboard;

public sealed class DashboardLoginTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/traces")]
    [InlineData("/download/traces")]
    [InlineData("/_blazor/negotiate")]
    public async Task Nothing_is_shown_without_a_login(string path)
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var client = NewClient(dashboard);
        using var response = path.StartsWith("/_", StringComparison.Ordinal)
            ? await client.PostAsync(new Uri(path, UriKind.Relative), content: null, TestContext.Current.CancellationToken)
            : await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True(response.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.Unauthorized, response.StatusCode.ToString());
        Assert.StartsWith("/login?returnUrl=", response.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_logs_in_and_what_is_remembered_can_be_downloaded()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        var request = OtlpReceiverTests.Request(3);
        dashboard.Store.Traces.Add(request.ResourceSpans);
        using var client = NewClient(dashboard);
        using (var login = await client.GetAsync(new Uri($"/login?t={Uri.EscapeDataString(DashboardNode.Token)}&returnUrl=%2Ftraces", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
            Assert.Equal("/traces", login.Headers.Location!.OriginalString);
        }

        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri("/download/traces", UriKind.Relative), TestContext.Current.CancellationToken));

        var spans = document.RootElement.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans");
        Assert.Equal(3, spans.GetArrayLength());
        Assert.Equal(Convert.ToHexStringLower(request.ResourceSpans[0].ScopeSpans[0].Spans[0].TraceId.ToByteArray()), spans[0].GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task An_unknown_address_is_a_page_for_a_browser_that_is_logged_in_alone()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var client = NewClient(dashboard);
        using var stranger = await AskAsync("text/html");
        Assert.Equal(HttpStatusCode.Redirect, stranger.StatusCode);
        Assert.StartsWith("/login?", stranger.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        (await client.GetAsync(new Uri($"/login?t={Uri.EscapeDataString(DashboardNode.Token)}", UriKind.Relative), TestContext.Current.CancellationToken)).Dispose();

        using var page = await AskAsync("text/html,*/*;q=0.8");
        using var bare = await AskAsync("application/json");

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("blazor.web.js", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, ""), (bare.StatusCode, await bare.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));

        async Task<HttpResponseMessage> AskAsync(string accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/nope", UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Accept", accept);
            return await client.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_wrong_token_gets_nothing()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var client = NewClient(dashboard);
        using var response = await client.GetAsync(new Uri("/login?t=nonsense", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain(response.Headers, h => h.Key == "Set-Cookie" && h.Value.Any(v => v.StartsWith($"dashboard.{dashboard.Frontend.Port}=", StringComparison.Ordinal)));
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_does_not_lead_to_another_site()
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var client = NewClient(dashboard);
        using var response = await client.GetAsync(new Uri($"/login?t={Uri.EscapeDataString(DashboardNode.Token)}&returnUrl=%2F%2Fevil.example", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("/", response.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("Origin", "http://localhost:1", HttpStatusCode.Forbidden)]
    [InlineData("Host", "evil.example", HttpStatusCode.BadRequest)]
    public async Task Another_sites_page_is_turned_away(string header, string value, HttpStatusCode expected)
    {
        await using var dashboard = await DashboardNode.StartAsync();
        using var client = NewClient(dashboard);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/login", UriKind.Relative));
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    private static HttpClient NewClient(DashboardNode dashboard) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = dashboard.Frontend };
}
