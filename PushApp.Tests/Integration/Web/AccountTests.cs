using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PushApp.Tests.Infrastructure;
using PushApp.Web.Accounts;

namespace PushApp.Tests.Integration.Web;

public abstract class AccountTests(TwoWebNodes nodes)
{
    private const string Password = "correct horse";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cookie_of_one_node_is_valid_on_the_other()
    {
        var (_, email, cookie) = await nodes.First.SignUpAsync();

        using var me = await GetMeAsync(nodes.Second, cookie: cookie);

        Assert.Equal(email, (await me.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("userName").GetString());
    }

    [Fact]
    public async Task Nodes_that_start_at_once_on_an_empty_database_make_one_key()
    {
        await using var context = new AccountsDbContextFactory().CreateDbContext([nodes.Database]);

        Assert.Equal(1, await context.DataProtectionKeys.CountAsync(Cancelled));
    }

    [Theory]
    [InlineData("a\0b@example.com")]
    [InlineData("ünknown@example.com")]
    public async Task Nobody_is_signed_in_by_a_name_that_nobody_can_have(string email)
    {
        using var response = await nodes.First.Http.PostAsJsonAsync("/api/account/login", new { email, password = Password }, Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Sign_in_cookie_is_out_of_reach_for_scripts_and_other_sites()
    {
        var email = await RegisterAsync();
        using var response = await nodes.First.Http.PostAsJsonAsync("/api/account/login?useCookies=true", new { email, password = Password }, Cancelled);

        var cookie = response.Headers.GetValues("Set-Cookie").Single();

        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Sign_in_cookie_is_secure_where_a_known_proxy_says_https()
    {
        var email = await RegisterAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/account/login?useCookies=true") { Content = JsonContent.Create(new { email, password = Password }) };
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");

        using var response = await nodes.First.Http.SendAsync(request, Cancelled);

        Assert.Contains("secure", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Signing_out_ends_a_cookie_on_every_node_and_leaves_other_sign_ins_alone()
    {
        var (client, email, cookie) = await nodes.First.SignUpAsync();
        var other = await nodes.Second.SignInAsync(email, Password);

        using var response = await client.PostAsync("/api/account/logout", null, Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        using var first = await GetMeAsync(nodes.First, cookie: cookie);
        using var second = await GetMeAsync(nodes.Second, cookie: cookie);
        using var stays = await GetMeAsync(nodes.First, cookie: other);
        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, stays.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_a_bearer_token_and_its_refresh_token()
    {
        var email = await RegisterAsync();
        var (access, refresh) = await nodes.First.GetTokensAsync(email, Password);
        using var renewed = await nodes.Second.Http.PostAsJsonAsync("/api/account/refresh", new { refreshToken = refresh }, Cancelled);
        renewed.EnsureSuccessStatusCode();
        var next = (await renewed.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("accessToken").GetString()!;

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/account/logout");
        WebNode.UseToken(request, next);
        using var response = await nodes.First.Http.SendAsync(request, Cancelled);

        response.EnsureSuccessStatusCode();
        foreach (var token in (string[])[access, next])
        {
            using var me = await GetMeAsync(nodes.Second, token: token);
            Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        }

        using var refused = await nodes.Second.Http.PostAsJsonAsync("/api/account/refresh", new { refreshToken = refresh }, Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_and_end_what_rests_on_it()
    {
        var (_, email, cookie) = await nodes.First.SignUpAsync();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            using var wrong = await nodes.First.Http.PostAsJsonAsync("/api/account/login", new { email, password = "wrong" }, Cancelled);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var right = await nodes.Second.Http.PostAsJsonAsync("/api/account/login", new { email, password = Password }, Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, right.StatusCode);
        Assert.Equal("LockedOut", (await right.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());
        using var me = await GetMeAsync(nodes.Second, cookie: cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
    }

    [Fact]
    public async Task Changing_the_password_ends_every_sign_in()
    {
        var (client, email, cookie) = await nodes.First.SignUpAsync();
        var (access, _) = await nodes.First.GetTokensAsync(email, Password);

        using var changed = await client.PostAsJsonAsync("/api/account/manage/info", new { oldPassword = Password, newPassword = "another horse" }, Cancelled);

        changed.EnsureSuccessStatusCode();
        using var byCookie = await GetMeAsync(nodes.Second, cookie: cookie);
        using var byToken = await GetMeAsync(nodes.Second, token: access);
        Assert.Equal(HttpStatusCode.Unauthorized, byCookie.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, byToken.StatusCode);
        await nodes.Second.SignInAsync(email, "another horse");
    }

    [Fact]
    public async Task Signing_out_ends_the_streams_of_that_sign_in_on_the_other_node()
    {
        var (client, email, cookie) = await nodes.First.SignUpAsync();
        using var streaming = nodes.Second.NewClient();
        streaming.DefaultRequestHeaders.Add("Cookie", cookie);
        await using var stream = await SseReader.OpenAsync(streaming, $"/sse/?channel=user:{Uri.EscapeDataString(email)}");

        using var response = await client.PostAsync("/api/account/logout", null, Cancelled);

        response.EnsureSuccessStatusCode();
        var closing = Assert.Single(await stream.ToEndAsync());
        Assert.Equal("push.closing", closing.Name);
        Assert.Equal("signed-out", JsonDocument.Parse(closing.Data).RootElement.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("not an address", "a long password", "InvalidEmail")]
    [InlineData("short@example.com", "short", "PasswordTooShort")]
    [InlineData("ünlaut@example.com", "a long password", "InvalidUserName")]
    public async Task Account_that_cannot_be_is_refused_with_the_reason(string email, string password, string code)
    {
        using var response = await nodes.First.Http.PostAsJsonAsync("/api/account/register", new { email, password }, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True((await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("errors").TryGetProperty(code, out _));
    }

    [Fact]
    public async Task Names_that_differ_in_case_are_one_account()
    {
        var email = await RegisterAsync();

        using var again = await nodes.Second.Http.PostAsJsonAsync("/api/account/register", new { email = email.ToUpperInvariant(), password = Password }, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        await nodes.Second.SignInAsync(email.ToUpperInvariant(), Password);
    }

    [Fact]
    public async Task Demo_account_is_ready_once_on_all_nodes()
    {
        var site = await nodes.Second.Http.GetFromJsonAsync<JsonElement>("/api/site", Cancelled);
        var demo = site.GetProperty("demo");

        await nodes.First.SignInAsync(demo.GetProperty("email").GetString()!, demo.GetProperty("password").GetString()!);

        var book = await nodes.First.Http.GetStringAsync("/api/demo/contacts.csv?rows=10", Cancelled);
        Assert.Equal(11, book.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains(',')));
    }

    private async Task<string> RegisterAsync()
    {
        var email = WebNode.NewEmail();
        using var response = await nodes.First.Http.PostAsJsonAsync("/api/account/register", new { email, password = Password }, Cancelled);
        response.EnsureSuccessStatusCode();
        return email;
    }

    private static async Task<HttpResponseMessage> GetMeAsync(WebNode node, string? cookie = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/account/me");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (token is not null)
        {
            WebNode.UseToken(request, token);
        }

        return await node.Http.SendAsync(request, Cancelled);
    }
}

public sealed class AccountOnSqliteTests(TwoWebNodes nodes) : AccountTests(nodes), IClassFixture<TwoWebNodes>;

public sealed class AccountOnPostgreSqlTests : AccountTests, IClassFixture<TwoWebNodesOnPostgreSql>
{
    public AccountOnPostgreSqlTests(TwoWebNodesOnPostgreSql nodes)
        : base(nodes) => PostgreSqlServer.Require();
}
