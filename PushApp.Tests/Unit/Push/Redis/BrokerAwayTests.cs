using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.History;
using PushApp.Push.Redis;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Unit.Push.Redis;

/// <summary>No server has answered yet: what is to be published is tried again.</summary>
public sealed class BrokerAwayTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly RedisConnection _redis;

    public BrokerAwayTests() => _redis = new RedisConnection(
        _services,
        new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:redis", $"127.0.0.1:{FreePort.Next()},connectTimeout=200,connectRetry=0")]).Build());

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public void By_which_command_to_publish_is_not_known() => AssertPasses(() => _ = _redis.PublishCommand);

    [Fact]
    public void There_are_no_replicas_to_wait_for()
    {
        var options = Options.Create(new PushOptions { AcknowledgeReplicas = 1 });
        var gate = new ReplicaGate(_redis, new RedisKeys("test"), new HistoryLimits(options), options, metrics: null!);
        AssertPasses(() => _ = gate.ServerOf(ChannelName.Broadcast));
    }

    private static void AssertPasses(Action action) => Assert.True(BrokerErrors.IsPassing(Record.Exception(action)!));
}
