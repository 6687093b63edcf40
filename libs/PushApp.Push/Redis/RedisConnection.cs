using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PushApp.Push.Redis.Subscribing;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// The one multiplexer of this process: the application's, where one is registered, else one made of <c>ConnectionStrings:redis</c>.
/// It holds one connection for commands and one for subscriptions, which <see cref="SubscriptionReader"/> reads. Made on first use, so that a host starts without its broker.
/// </summary>
internal sealed class RedisConnection(IServiceProvider services, IConfiguration configuration) : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Lock _connectingLock = new();
    private readonly ClusterTopology _topology = new(services.GetService<IOptions<PushOptions>>());
    private readonly CancellationTokenSource _disposed = new();
    private readonly SubscriptionReader? _reader = services.GetService<SubscriptionReader>();
    private IConnectionMultiplexer? _multiplexer;
    private Task? _connecting;
    private Task? _recognizing;
    private volatile BrokerLayout _layout;
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

    /// <summary>How the broker is laid out. Known from the first answer of a server on, and the same from then on.</summary>
    /// <exception cref="InvalidOperationException">The broker cannot be used as it is set up; the message says what to set.</exception>
    public BrokerLayout Layout => _layout != BrokerLayout.Unknown ? _layout : _layout = _topology.Find(Multiplexer);

    /// <summary>Whether it is known to be a cluster.</summary>
    public bool IsCluster => _layout is BrokerLayout.Cluster or BrokerLayout.ShardedCluster;

    /// <summary>The command by which a channel's events are published, for scripts.</summary>
    /// <exception cref="RedisConnectionException">No server has answered yet: by the wrong command nobody would hear it.</exception>
    public string PublishCommand => Layout switch
    {
        BrokerLayout.ShardedCluster => "SPUBLISH",
        BrokerLayout.Unknown => throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None, "No server of the broker has answered yet."),
        _ => "PUBLISH",
    };

    /// <summary>
    /// A channel as it is published and subscribed to on this broker. On a cluster all who listen to it do so at the server of its slot, so that whoever publishes is told how many they are. Before the layout is
    /// known (<see cref="RecognizeAsync"/>) it is the one of a single server.
    /// </summary>
    private RedisChannel Placed(RedisChannel channel) => Layout switch
    {
        BrokerLayout.ShardedCluster => RedisChannel.Sharded((byte[])channel!),
        BrokerLayout.Cluster => channel.WithKeyRouting(),
        _ => channel,
    };

    /// <summary>Publishes on a channel of PushApp's own.</summary>
    /// <returns>How many connections were reached.</returns>
    public Task<long> PublishAsync(RedisChannel channel, RedisValue message) => Database.PublishAsync(Placed(channel), message);

    /// <summary>Listens to a channel of PushApp's own, once the layout is known. What it returns renews itself when the broker comes back; of what fails nothing is left.</summary>
    /// <param name="channel">The channel, as <see cref="RedisKeys"/> names it.</param>
    /// <param name="cancellationToken">Ends the waiting for the layout.</param>
    public async Task<ChannelMessageQueue> SubscribeAsync(RedisChannel channel, CancellationToken cancellationToken)
    {
        await RecognizeAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await SubscribeUnplacedAsync(Placed(channel)).ConfigureAwait(false);
    }

    /// <summary>
    /// Likewise, by the shortest way. A message is given to the receiver on the thread that has read it, which is not to be held up: in order, one after the other, and from two servers at once only while a cluster
    /// moves the channel. Whoever listens to the same channel by a queue gets nothing meanwhile.
    /// </summary>
    /// <param name="channel">The channel, as <see cref="RedisKeys"/> names it.</param>
    /// <param name="receive">Takes a message, and may keep it.</param>
    /// <param name="cancellationToken">Ends the waiting for the layout.</param>
    public async Task<BrokerSubscription> SubscribeAsync(RedisChannel channel, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellationToken)
    {
        await RecognizeAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        channel = Placed(channel);
        if (_reader is not { IsUsed: true } reader)
        {
            var queue = await SubscribeUnplacedAsync(channel).ConfigureAwait(false);
            queue.OnMessage(message => receive(message.Message));
            return new BrokerSubscription(channel, flags => queue.UnsubscribeAsync(flags));
        }

        var name = (byte[])channel!;
        reader.Add(name, receive);
        var subscriber = Multiplexer.GetSubscriber();
        try
        {
            await subscriber.SubscribeAsync(channel, Receive).ConfigureAwait(false);
            return new BrokerSubscription(channel, UnsubscribeAsync);
        }
        catch
        {
            // The client keeps the handler, and subscribes again when it can.
            await UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
            throw;
        }

        // What the reader left to the client, as where it does not understand the server.
        void Receive(RedisChannel of, RedisValue message) => receive(message);

        async Task UnsubscribeAsync(CommandFlags flags)
        {
            try
            {
                await subscriber.UnsubscribeAsync(channel, Receive, flags).ConfigureAwait(false);
            }
            finally
            {
                reader.Remove(name, receive);
            }
        }
    }

    /// <summary>Likewise, to a channel as it is: one of other publishers, or one that goes the same way on every broker.</summary>
    public async Task<ChannelMessageQueue> SubscribeUnplacedAsync(RedisChannel channel)
    {
        var subscriber = Multiplexer.GetSubscriber();
        try
        {
            // By a handler first, which can be taken back. A queue that could not be subscribed the client keeps without giving it to anybody, and fills it for ever once the channel can be heard.
            await subscriber.SubscribeAsync(channel, Ignore).ConfigureAwait(false);
            return await subscriber.SubscribeAsync(channel, CommandFlags.FireAndForget).ConfigureAwait(false);
        }
        finally
        {
            await subscriber.UnsubscribeAsync(channel, Ignore, CommandFlags.FireAndForget).ConfigureAwait(false);
        }

        static void Ignore(RedisChannel channel, RedisValue message)
        {
        }
    }

    /// <summary>Completes when the layout is known. Whoever subscribes waits for it: a subscription of the wrong kind hears nothing.</summary>
    public Task RecognizeAsync()
    {
        if (_layout != BrokerLayout.Unknown)
        {
            return Task.CompletedTask;
        }

        lock (_connectingLock)
        {
            return _recognizing is null or { IsCompleted: true } ? _recognizing = Background.Run(LookAsync) : _recognizing;
        }

        async Task LookAsync()
        {
            await ConnectAsync().ConfigureAwait(false);
            while (Layout == BrokerLayout.Unknown)
            {
                await Task.Delay(LookInterval, _disposed.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether whatever is published and logged has a server that this process is connected to.</summary>
    public bool IsWhole => IsCluster ? ClusterTopology.IsWhole(Multiplexer) : Multiplexer.IsConnected;

    /// <summary>A server did not answer: on a cluster another may have its slots by now. Returns at once.</summary>
    public void LookAgain()
    {
        if (IsCluster)
        {
            _topology.LookAgain(Multiplexer);
        }
    }

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

    /// <summary>Whether the connection string names another database than 0, which a cluster does not have.</summary>
    public bool NamesDatabase =>
        configuration.GetConnectionString("redis") is { } text && !string.IsNullOrWhiteSpace(text) && ConfigurationOptions.Parse(text).DefaultDatabase is not (null or 0);

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
        _reader?.Attach(options);
        _owned = true;
        return ConnectionMultiplexer.Connect(options);
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        if (_owned && _multiplexer is not null)
        {
            await _multiplexer.DisposeAsync().ConfigureAwait(false);
        }

        _disposed.Dispose();
    }
}
