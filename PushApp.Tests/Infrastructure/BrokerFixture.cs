namespace PushApp.Tests.Infrastructure;

/// <summary>
/// One broker of each kind, shared by the tests of a class (<c>IClassFixture&lt;BrokerFixture&gt;</c>) and started when first asked for.
/// Tests that kill a broker take one of their own (<see cref="BrokerProcess"/>). Use a key prefix per test.
/// </summary>
public sealed class BrokerFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<BrokerKind, BrokerProcess> _brokers = [];

    public async Task<BrokerProcess> GetAsync(BrokerKind kind)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_brokers.TryGetValue(kind, out var broker))
            {
                _brokers[kind] = broker = await BrokerProcess.StartAsync(kind, TestContext.Current.CancellationToken);
            }

            return broker;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in _brokers.Values)
        {
            await broker.DisposeAsync();
        }

        _gate.Dispose();
    }
}
