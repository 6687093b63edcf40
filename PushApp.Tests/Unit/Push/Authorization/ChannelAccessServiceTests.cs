using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Telemetry;

namespace PushApp.Tests.Unit.Push.Authorization;

public sealed class ChannelAccessServiceTests
{
    private static readonly IChannelAuthorizer Grants = new DelegateChannelAuthorizer((_, _, _, _) => new(true));
    private static readonly IChannelAuthorizer Denies = new DelegateChannelAuthorizer((_, _, _, _) => new(false));
    private static readonly IChannelAuthorizer Fails = new DelegateChannelAuthorizer((_, _, _, _) => throw new TimeoutException("no database"));

    [Fact]
    public async Task Nobody_grants_means_no()
    {
        Assert.False(await Ask());
        Assert.False(await Ask(Denies, Denies));
    }

    [Fact]
    public async Task One_that_grants_is_enough_also_beside_one_that_fails()
    {
        Assert.True(await Ask(Denies, Grants));
        Assert.True(await Ask(Fails, Grants));
    }

    [Fact]
    public async Task Unknown_is_neither_yes_nor_no() => await Assert.ThrowsAsync<TimeoutException>(async () => await Ask(Fails, Denies));

    [Fact]
    public async Task A_revoked_key_is_no_longer_allowed_on_an_open_stream()
    {
        var grant = new ApiKeyGrant("crm", ["*"], ApiKeyScopes.Read);
        var store = new OneKeyStore(new StoredApiKey("", grant));
        var access = new ChannelAccessService([new DefaultChannelAuthorizer()], store, NewMetrics());
        var principal = new PushPrincipal(null, ApiKey: grant);

        Assert.True(await IsStillAllowedAsync("room:a"));
        store.Key = new StoredApiKey("", grant with { Channels = ["room:b"] });
        Assert.False(await IsStillAllowedAsync("room:a"));
        store.Key = null;
        Assert.False(await IsStillAllowedAsync("room:b"));

        async Task<bool> IsStillAllowedAsync(ChannelName channel) =>
            await access.RefreshAsync(principal, TestContext.Current.CancellationToken) is { } now
            && await access.IsAllowedAsync(now, channel, ChannelAccess.Subscribe, TestContext.Current.CancellationToken);
    }

    private static ValueTask<bool> Ask(params IChannelAuthorizer[] authorizers) =>
        new ChannelAccessService(authorizers, new OneKeyStore(null), NewMetrics())
            .IsAllowedAsync(new PushPrincipal("alice"), "room:a", ChannelAccess.Subscribe, TestContext.Current.CancellationToken);

    private static PushMetrics NewMetrics() => new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    private sealed class OneKeyStore(StoredApiKey? key) : IApiKeyStore
    {
        public StoredApiKey? Key { get; set; } = key;

        public ValueTask<StoredApiKey?> FindAsync(string keyId, CancellationToken cancellationToken) => new(Key);
    }
}
