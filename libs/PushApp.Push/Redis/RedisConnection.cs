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
    private IConnectionMultiplexer? _multiplexer;
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

    private ConnectionMultiplexer Connect()
    {
        var text = configuration.GetConnectionString("redis");
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new InvalidOperationException(
                "PushApp.Push needs a Redis server: set ConnectionStrings:redis (environment: ConnectionStrings__redis), such as 'localhost:6379,password=…', "
                + "or register an IConnectionMultiplexer.");
        }

        var options = ConfigurationOptions.Parse(text);
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
