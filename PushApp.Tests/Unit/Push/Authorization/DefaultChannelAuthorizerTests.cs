using PushApp.Push;

namespace PushApp.Tests.Unit.Push.Authorization;

public sealed class DefaultChannelAuthorizerTests
{
    private static readonly PushPrincipal Alice = new("Alice");

    [Theory]
    [InlineData("broadcast", true)]
    [InlineData("stats", true)]
    [InlineData("user:alice", false)]
    [InlineData("room:lobby", false)]
    public async Task Visitors_read_the_public_channels_alone(string channel, bool allowed)
    {
        Assert.Equal(allowed, await Ask(PushPrincipal.Anonymous, channel, ChannelAccess.Subscribe));
        Assert.False(await Ask(PushPrincipal.Anonymous, channel, ChannelAccess.Publish));
    }

    [Theory]
    [InlineData("user:alice", true)]
    [InlineData("user:ALICE", true)]
    [InlineData("user:bob", false)]
    [InlineData("user:alice2", false)]
    [InlineData("dm:alice:bob", true)]
    [InlineData("dm:bob:ALICE", true)]
    [InlineData("dm:bob:carol", false)]
    [InlineData("dm:alice2:bob", false)]
    [InlineData("room:alice", false)]
    [InlineData("alice", false)]
    public async Task A_user_has_their_own_channels(string channel, bool allowed)
    {
        Assert.Equal(allowed, await Ask(Alice, channel, ChannelAccess.Subscribe));
        Assert.Equal(allowed, await Ask(Alice, channel, ChannelAccess.Publish));
    }

    [Fact]
    public async Task A_user_does_not_publish_to_the_public_channels()
    {
        Assert.False(await Ask(Alice, "broadcast", ChannelAccess.Publish));
        Assert.False(await Ask(Alice, "stats", ChannelAccess.Publish));
    }

    [Fact]
    public async Task A_colon_in_a_user_name_opens_no_other_channel()
    {
        var sly = new PushPrincipal("alice:bob");
        Assert.False(await Ask(sly, "user:alice", ChannelAccess.Subscribe));
        Assert.False(await Ask(sly, "dm:alice:bob", ChannelAccess.Subscribe));
        Assert.True(await Ask(sly, "user:alice%3Abob", ChannelAccess.Subscribe));
    }

    [Fact]
    public async Task A_name_too_long_for_a_channel_has_none() =>
        Assert.False(await Ask(new PushPrincipal(new string('a', 1000)), "user:alice", ChannelAccess.Subscribe));

    [Theory]
    [InlineData(ApiKeyScopes.Publish, ChannelAccess.Publish, true)]
    [InlineData(ApiKeyScopes.Publish, ChannelAccess.Subscribe, false)]
    [InlineData(ApiKeyScopes.Read, ChannelAccess.Subscribe, true)]
    [InlineData(ApiKeyScopes.Read, ChannelAccess.Publish, false)]
    [InlineData(ApiKeyScopes.Manage, ChannelAccess.Publish, false)]
    public async Task An_api_key_has_its_scopes_on_its_channels(ApiKeyScopes scopes, ChannelAccess access, bool allowed)
    {
        var key = new PushPrincipal(null, ApiKey: new ApiKeyGrant("crm", ["user:*"], scopes));
        Assert.Equal(allowed, await Ask(key, "user:alice", access));
        Assert.False(await Ask(key, "room:lobby", access));
    }

    private static ValueTask<bool> Ask(PushPrincipal principal, ChannelName channel, ChannelAccess access) =>
        new DefaultChannelAuthorizer().IsAllowedAsync(principal, channel, access, CancellationToken.None);
}
