using System.Net;
using PushApp.Push;
using PushApp.Tests.Infrastructure;
using static PushApp.Tests.Integration.Push.Api.PublishApiTests;

namespace PushApp.Tests.Integration.Push.Api;

public sealed class PublishApiAuthorizationTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const string Event = """{"event":"e","data":"x"}""";

    [Fact]
    public async Task Visitors_publish_nowhere_and_read_the_public_channels()
    {
        await using var api = await StartAsync();
        using var publish = await api.PostAsync("broadcast", Event);
        using var purge = await api.SendAsync(HttpMethod.Delete, "/api/channels/broadcast");
        using var readOpen = await api.SendAsync(HttpMethod.Get, "/api/channels/broadcast/history");
        using var readOther = await api.SendAsync(HttpMethod.Get, "/api/channels/user:alice/history");
        await AssertProblemAsync(publish, HttpStatusCode.Unauthorized, "Sign in");
        Assert.NotEmpty(publish.Headers.WwwAuthenticate);
        await AssertProblemAsync(purge, HttpStatusCode.Unauthorized, "Sign in");
        Assert.Equal(HttpStatusCode.OK, readOpen.StatusCode);
        await AssertProblemAsync(readOther, HttpStatusCode.Unauthorized, "Sign in");
    }

    [Fact]
    public async Task A_user_keeps_to_their_own_channels()
    {
        await using var api = await StartAsync();
        using var own = await api.PostAsync("user:alice", Event, user: "Alice");
        using var direct = await api.PostAsync("dm:bob:alice", Event, user: "Alice");
        using var another = await api.PostAsync("user:bob", Event, user: "Alice");
        using var everybody = await api.PostAsync("broadcast", Event, user: "Alice");
        using var read = await api.SendAsync(HttpMethod.Get, "/api/channels/user:bob/history", user: "Alice");
        using var purge = await api.SendAsync(HttpMethod.Delete, "/api/channels/user:alice", user: "Alice");
        Assert.Equal(HttpStatusCode.Accepted, own.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, direct.StatusCode);
        await AssertProblemAsync(another, HttpStatusCode.Forbidden, "user:bob");
        await AssertProblemAsync(everybody, HttpStatusCode.Forbidden, "broadcast");
        await AssertProblemAsync(read, HttpStatusCode.Forbidden, "user:bob");
        await AssertProblemAsync(purge, HttpStatusCode.Forbidden, "API key");
    }

    [Fact]
    public async Task Reserved_event_names_are_for_the_application_and_control_names_for_nobody()
    {
        await using var api = await StartAsync(options => options.ReservedEvents.Add("import.*"));
        const string reserved = """{"event":"import.completed","data":"x"}""";
        const string control = """{"event":"push.reset","data":"x"}""";
        using var user = await api.PostAsync("user:alice", reserved, user: "alice");
        using var userControl = await api.PostAsync("user:alice", control, user: "alice");
        using var key = await api.PostAsync("user:alice", reserved, key: api.Key.Key);
        using var keyControl = await api.PostAsync("user:alice", control, key: api.Key.Key);
        await AssertProblemAsync(user, HttpStatusCode.Forbidden, "import.*");
        await AssertProblemAsync(userControl, HttpStatusCode.Forbidden, "push.*");
        Assert.Equal(HttpStatusCode.Accepted, key.StatusCode);
        await AssertProblemAsync(keyControl, HttpStatusCode.Forbidden, "push.*");
    }

    [Fact]
    public async Task An_api_key_keeps_to_its_channels_and_scopes()
    {
        var publisher = ApiKey.Create("crm");
        var reader = ApiKey.Create("report");
        await using var api = await StartAsync(options =>
        {
            options.ApiKeys["crm"] = new ApiKeyOptions { Hash = publisher.Hash, Channels = ["user:*"], Scopes = ApiKeyScopes.Publish };
            options.ApiKeys["report"] = new ApiKeyOptions { Hash = reader.Hash, Channels = ["user:*"], Scopes = ApiKeyScopes.Read };
        });
        using var publish = await api.PostAsync("user:alice", Event, key: publisher.Key);
        using var publishElsewhere = await api.PostAsync("room:a", Event, key: publisher.Key);
        using var publishAsReader = await api.PostAsync("user:alice", Event, key: reader.Key);
        using var read = await api.SendAsync(HttpMethod.Get, "/api/channels/user:alice/history", key: reader.Key);
        using var readAsPublisher = await api.SendAsync(HttpMethod.Get, "/api/channels/user:alice/history", key: publisher.Key);
        using var purge = await api.SendAsync(HttpMethod.Delete, "/api/channels/user:alice", key: publisher.Key);
        Assert.Equal(HttpStatusCode.Accepted, publish.StatusCode);
        await AssertProblemAsync(publishElsewhere, HttpStatusCode.Forbidden, "'crm'");
        await AssertProblemAsync(publishAsReader, HttpStatusCode.Forbidden, "Publish");
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        await AssertProblemAsync(readAsPublisher, HttpStatusCode.Forbidden, "Read");
        await AssertProblemAsync(purge, HttpStatusCode.Forbidden, "Manage");
    }

    [Fact]
    public async Task A_wrong_key_is_refused_also_beside_a_sign_in()
    {
        await using var api = await StartAsync();
        var forged = $"pak_all_{new string('0', 64)}";
        using var publish = await api.PostAsync("user:alice", Event, user: "alice", key: forged);
        using var read = await api.SendAsync(HttpMethod.Get, "/api/channels/broadcast/history", key: "nonsense");
        using var bearer = await api.SendAsync(HttpMethod.Get, "/api/channels/broadcast/history", change: request => request.Headers.Authorization = new("Bearer", forged));
        using var right = await api.SendAsync(HttpMethod.Get, "/api/channels/room:x/history", change: request => request.Headers.Authorization = new("Bearer", api.Key.Key));
        using var foreign = await api.SendAsync(HttpMethod.Get, "/api/channels/broadcast/history", change: request => request.Headers.Authorization = new("Bearer", "eyJhbGci"));
        await AssertProblemAsync(publish, HttpStatusCode.Unauthorized, "API key");
        await AssertProblemAsync(read, HttpStatusCode.Unauthorized, "API key");
        await AssertProblemAsync(bearer, HttpStatusCode.Unauthorized, "API key");
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, foreign.StatusCode);
    }

    [Fact]
    public async Task An_authorizer_of_the_application_grants_more_and_one_that_fails_is_a_503()
    {
        await using var api = await StartAsync(build: builder => builder
            .AddAuthorizer((principal, channel, access) => principal.UserName == "alice" && channel == ChannelName.Room("a") && access == ChannelAccess.Publish)
            .AddAuthorizer((_, channel, _) => channel == ChannelName.Room("broken") ? throw new TimeoutException("no database") : false));
        using var granted = await api.PostAsync("room:a", Event, user: "alice");
        using var denied = await api.PostAsync("room:a", Event, user: "bob");
        using var unknown = await api.PostAsync("room:broken", Event, user: "alice");
        Assert.Equal(HttpStatusCode.Accepted, granted.StatusCode);
        await AssertProblemAsync(denied, HttpStatusCode.Forbidden, "room:a");
        await AssertProblemAsync(unknown, HttpStatusCode.ServiceUnavailable, "Repeat");
    }

    [Fact]
    public async Task Keys_come_from_a_store_of_the_applications_own()
    {
        var key = ApiKey.Create("stored");
        await using var api = await StartAsync(build: builder =>
        {
            Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(builder.Services, key);
            builder.AddApiKeyStore<OneKey>();
        });
        using var known = await api.PostAsync("room:a", Event, key: key.Key);
        using var configured = await api.PostAsync("room:a", Event, key: api.Key.Key);
        Assert.Equal(HttpStatusCode.Accepted, known.StatusCode);
        await AssertProblemAsync(configured, HttpStatusCode.Unauthorized, "API key");
    }

    private async Task<ApiNode> StartAsync(Action<PushOptions>? configure = null, Action<IPushBuilder>? build = null) =>
        await ApiNode.StartAsync(await brokers.GetAsync(BrokerKind.Garnet), configure, build);

    private sealed class OneKey(NewApiKey key) : IApiKeyStore
    {
        public ValueTask<StoredApiKey?> FindAsync(string keyId, CancellationToken cancellationToken) =>
            new(keyId == key.Id ? new StoredApiKey(key.Hash, new ApiKeyGrant(key.Id, ["*"], ApiKeyScopes.Publish)) : null);
    }
}
