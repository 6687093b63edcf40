namespace PushApp.Tests.Infrastructure;

/// <summary>A cluster that the tests of a class share (<c>IClassFixture&lt;RedisClusterFixture&gt;</c>), started when first asked for. Those that kill or move take one of their own.</summary>
public sealed class RedisClusterFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private RedisCluster? _cluster;

    internal async Task<RedisCluster> GetAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _cluster ??= await RedisCluster.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _gate.Dispose();
    }
}
