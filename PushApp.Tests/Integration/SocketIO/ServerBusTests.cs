using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PushApp.Push.Redis;
using PushApp.SocketIO;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.SocketIO;

/// <summary>What the servers say to each other, where the broker does not let them.</summary>
public sealed class ServerBusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_asked_of_the_other_nodes_is_given_up_in_time_where_there_has_been_no_broker()
    {
        await using var node = await SocketIONode.StartAsync(
            io => io.MapNamespace<TestNamespace>(),
            $"127.0.0.1:{FreePort.Next()},connectTimeout=200,connectRetry=0",
            options: options => options.RequestTimeout = TimeSpan.FromMilliseconds(200),
            services: services => services.AddSingleton<Journal>());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var main = node.Server.Main;
        foreach (var ask in (Func<Task>[])
        [
            () => main.FetchSocketsAsync(patience.Token),
            () => main.EmitWithAckAsync<int>("how many", SocketArguments.Empty, patience.Token),
            () => main.SocketsJoinAsync("x").AsTask(),
            () => main.SocketsLeaveAsync("x").AsTask(),
            () => main.DisconnectSocketsAsync(cancellationToken: patience.Token).AsTask(),
            () => node.Server.ServerSideEmitAsync("/", "who", 1, patience.Token).AsTask(),
        ])
        {
            // Its own end; that of the test's patience is another exception.
            var error = await Assert.ThrowsAsync<TimeoutException>(() => ask().WaitAsync(patience.Token));
            Assert.Contains("SocketIO:RequestTimeout", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_listens_in_the_end_whatever_kept_it_from_that()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, Token);
        await using var node = await StartAsync(broker);
        await using var bus = NewBus(node, NullLogger<ServerBus>.Instance, new SocketIOOptions { RequestTimeout = TimeSpan.FromSeconds(30) });
        var handler = new FailingOnce();

        await bus.EnsureListeningAsync(handler, Token);

        Assert.Equal(2, handler.Calls);
    }

    [Fact]
    public async Task What_is_kept_of_sockets_is_renewed_again_whatever_kept_it_from_that()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, Token);
        await using var node = await StartAsync(broker);
        await using var redis = await broker.ConnectAsync();
        var key = node.Services.GetRequiredService<RedisKeys>().SocketIORecovery("id");
        await redis.GetDatabase().StringSetAsync(key, "without an end");
        await redis.GetDatabase().ExecuteAsync("ACL", "SETUSER", "default", "-expire", "-pexpire");
        var failed = new ConcurrentQueue<string>();
        using var hook = new LogHook((name, message) =>
        {
            if (name == "WorkFailed")
            {
                failed.Enqueue(message);
            }
        });
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(hook));
        await using var bus = NewBus(node, loggers.CreateLogger<ServerBus>(), new SocketIOOptions { Recovery = { Enabled = true } });
        bus.Renew("id", "token");
        await bus.EnsureListeningAsync(new FailingOnce(), Token);
        await Until.TrueAsync(() => failed.Any(message => message.Contains("renew", StringComparison.Ordinal)), "it is told that it failed");

        await redis.GetDatabase().ExecuteAsync("ACL", "SETUSER", "default", "+expire", "+pexpire");

        await Until.TrueAsync(async () => await redis.GetDatabase().KeyTimeToLiveAsync(key) is not null, "it is renewed");
    }

    private static Task<SocketIONode> StartAsync(BrokerProcess broker) =>
        SocketIONode.StartAsync(io => io.MapNamespace<TestNamespace>(), broker.ConnectionString, services: services => services.AddSingleton<Journal>());

    private static ServerBus NewBus(SocketIONode node, ILogger<ServerBus> logger, SocketIOOptions options)
    {
        var redis = node.Services.GetRequiredService<RedisConnection>();
        var keys = node.Services.GetRequiredService<RedisKeys>();

        // Renewed every 0.3 s.
        return new ServerBus(redis, keys, new RecoveryStore(redis, keys, TimeSpan.FromSeconds(0.9)), options, TimeProvider.System, logger);
    }

    /// <summary>Fails as nothing of the broker's does that passes by itself.</summary>
    private sealed class FailingOnce : IBusHandler
    {
        public int Calls { get; private set; }

        public Task ListenAsync() => ++Calls == 1 ? throw new InvalidOperationException("The first time.") : Task.CompletedTask;

        public Task<BusReply> HandleAsync(BusRequest request, CancellationToken cancellationToken) => Task.FromResult(new BusReply(request.Id));
    }
}
