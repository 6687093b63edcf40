using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// The one multiplexer of this process: the application's, where one is registered, else one made of <c>ConnectionStrings:redis</c>.
/// It holds one connection for commands and one for subscriptions. Made on first use, so that a host starts without its broker.
/// </summary>
internal sealed class RedisConnection(IServiceProvider services, IConfiguration configuration) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Lock _connectingLock = new();
    private IConnectionMultiplexer? _multiplexer;
    private Task? _connecting;
    private bool _owned;

    public IConnectionMultiplexer Multiplexer
    {
        get
        {
            lock (_lock)
            {
                return _multiplexer ??= services.GetService<IConnectionMultiplexer>() ?? Connect();
            }
        }
    }

    public IDatabase Database => Multiplexer.GetDatabase();

    /// <summary>
    /// Completes when the multiplexer is made. Whoever asks for <see cref="Multiplexer"/> before blocks a thread until the broker has answered or its time is over; many who do so at once, as when all clients
    /// of a node come back, leave the pool without the threads that connecting itself needs.
    /// </summary>
    public Task ConnectAsync()
    {
        if (Volatile.Read(ref _multiplexer) is not null)
        {
            return Task.CompletedTask;
        }

        lock (_connectingLock)
        {
            return _connecting is null or { IsFaulted: true } ? _connecting = Background.RunBlocking(() => _ = Multiplexer) : _connecting;
        }
    }

    /// <summary>Fails at start, and not at the first event, when nothing says where the broker is. It need not be up.</summary>
    /// <exception cref="InvalidOperationException">Neither a connection string nor a multiplexer is there; the message says what to set.</exception>
    public void EnsureConfigured()
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(IConnectionMultiplexer)) != true)
        {
            _ = ConnectionString();
        }
    }

    private string ConnectionString() => configuration.GetConnectionString("redis") is { } text && !string.IsNullOrWhiteSpace(text)
        ? text
        : throw new InvalidOperationException(
            "PushApp.Push needs a Redis server: set ConnectionStrings:redis (environment: ConnectionStrings__redis), such as 'localhost:6379,password=…', "
            + "or register an IConnectionMultiplexer.");

    private ConnectionMultiplexer Connect()
    {
        var options = ConfigurationOptions.Parse(ConnectionString());
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new ExponentialRetry(250, 2000);
        _owned = true;
        return ConnectionMultiplexer.Connect(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_owned && _multiplexer is not null)
        {
            await _multiplexer.DisposeAsync().ConfigureAwait(false);
        }
    }
}
