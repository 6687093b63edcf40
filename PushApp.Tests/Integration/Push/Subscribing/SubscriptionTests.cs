using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PushApp.Push.Redis;
using PushApp.Push.Redis.Subscribing;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Push.Subscribing;

/// <summary>Subscriptions of the one connection, at a broker that at first permits the channel to nobody.</summary>
public sealed class SubscriptionTests : IAsyncLifetime
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("t:one");

    private readonly ServiceProvider _services = new ServiceCollection().AddSingleton(new SubscriptionReader(NullLogger<SubscriptionReader>.Instance)).BuildServiceProvider();
    private BrokerProcess _broker = null!;
    private ConnectionMultiplexer _admin = null!;
    private RedisConnection _redis = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, Cancelled);
        _admin = await _broker.ConnectAsync();
        await _admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "guest", "on", ">guest", "allkeys", "allcommands", "resetchannels");
        _redis = new RedisConnection(
            _services,
            new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:redis", $"127.0.0.1:{_broker.Port},user=guest,password=guest,configChannel=")]).Build());
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _admin.DisposeAsync();
        await _broker.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Of_one_that_was_refused_nothing_is_left()
    {
        var error = await Assert.ThrowsAsync<RedisServerException>(() => _redis.SubscribeAsync(Channel, Cancelled));
        Assert.Contains("NOPERM", error.Message, StringComparison.Ordinal);

        await PermitAsync();
        var queue = await _redis.SubscribeAsync(Channel, Cancelled);
        Assert.Equal(1, await CountAsync());
        await queue.UnsubscribeAsync();
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task Of_one_by_the_shortest_way_that_was_refused_nothing_is_left_either()
    {
        var error = await Assert.ThrowsAsync<RedisServerException>(SubscribeAsync);
        Assert.Contains("NOPERM", error.Message, StringComparison.Ordinal);

        await PermitAsync();
        var subscription = await SubscribeAsync();
        Assert.Equal(1, await CountAsync());
        await subscription.UnsubscribeAsync();
        Assert.Equal(0, await CountAsync());

        Task<BrokerSubscription> SubscribeAsync() => _redis.SubscribeAsync(Channel, _ => { }, Cancelled);
    }

    [Fact]
    public async Task One_hears_what_is_published_from_then_on_in_order_and_outlives_another()
    {
        await PermitAsync();
        var queue = await _redis.SubscribeAsync(Channel, Cancelled);
        var other = await _redis.SubscribeAsync(Channel, Cancelled);
        await other.UnsubscribeAsync();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(1, await _redis.PublishAsync(Channel, i));
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(i, (int)(await queue.ReadAsync(Cancelled)).Message);
        }
    }

    private Task<RedisResult> PermitAsync() => _admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "guest", "allchannels");

    private async Task<int> CountAsync() => (int)((RedisResult[])(await _admin.GetDatabase().ExecuteAsync("PUBSUB", "NUMSUB", Channel.ToString()))!)[1];
}
