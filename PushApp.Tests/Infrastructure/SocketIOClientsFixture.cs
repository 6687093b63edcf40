namespace PushApp.Tests.Infrastructure;

/// <summary>One process of the official clients for the tests of a class, started when first asked for.</summary>
public sealed class SocketIOClientsFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SocketIOClients? _clients;

    internal async Task<SocketIOClients> GetAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _clients ??= await SocketIOClients.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_clients is not null)
        {
            await _clients.DisposeAsync();
        }

        _gate.Dispose();
    }
}
