using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PushApp.Push;

namespace PushApp.Tests.Unit.Push.Authorization;

public sealed class PushPrincipalAccessorTests
{
    private static readonly NewApiKey Key = ApiKey.Create("crm");

    [Fact]
    public async Task Whoever_gives_nothing_is_a_visitor() => Assert.Equal(PushPrincipal.Anonymous, await Get(_ => { }));

    [Fact]
    public async Task A_signed_in_user_is_read_with_their_sign_in()
    {
        var principal = await Get(context => context.User = User("Alice", new Claim(PushClaims.SignInId, "42")));
        Assert.Equal(new PushPrincipal("Alice", "42"), principal);
    }

    [Theory]
    [InlineData("X-Api-Key", "")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    public async Task A_key_counts_in_either_header(string header, string scheme)
    {
        var principal = await Get(context => context.Request.Headers[header] = scheme + Key.Key);
        Assert.NotNull(principal?.ApiKey);
        Assert.Equal("crm", principal.ApiKey.KeyId);
        Assert.Null(principal.UserName);
    }

    [Fact]
    public async Task A_key_counts_before_a_cookie() =>
        Assert.NotNull((await Get(context =>
        {
            context.User = User("Alice");
            context.Request.Headers["X-Api-Key"] = Key.Key;
        }))?.ApiKey);

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("pak_crm_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("pak_other_0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_key_that_is_not_valid_makes_nobody_not_even_of_a_signed_in_user(string key)
    {
        Assert.Null(await Get(context =>
        {
            context.User = User("Alice");
            context.Request.Headers["X-Api-Key"] = key;
        }));
    }

    [Fact]
    public async Task A_key_given_twice_is_no_key() =>
        Assert.Null(await Get(context => context.Request.Headers["X-Api-Key"] = new([Key.Key, Key.Key])));

    [Theory]
    [InlineData("Bearer CfDJ8abc")]
    [InlineData("Basic YTpi")]
    public async Task Another_token_is_left_to_the_application(string authorization)
    {
        var principal = await Get(context =>
        {
            context.User = User("Alice");
            context.Request.Headers.Authorization = authorization;
        });
        Assert.Equal("Alice", principal?.UserName);
    }

    private static ValueTask<PushPrincipal?> Get(Action<HttpContext> request)
    {
        var options = new PushOptions();
        options.ApiKeys["crm"] = new ApiKeyOptions { Hash = Key.Hash, Channels = ["*"], Scopes = ApiKeyScopes.Publish };
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().BuildServiceProvider() };
        request(context);
        return new PushPrincipalAccessor(new ConfigurationApiKeyStore(Options.Create(options))).GetAsync(context);
    }

    private static ClaimsPrincipal User(string name, params Claim[] claims) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), .. claims], "test"));
}
