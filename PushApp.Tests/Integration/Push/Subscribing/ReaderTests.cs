using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PushApp.Push.Redis;
using PushApp.Push.Redis.Subscribing;
using PushApp.Tests.Infrastructure;
using StackExchange.Redis;

namespace PushApp.Tests.Integration.Push.Subscribing;

/// <summary>Messages that are read by the process' own thread, at real brokers.</summary>
public sealed class ReaderTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Messages_come_in_order_whatever_their_size_and_others_reach_the_client_over_the_same_connection(BrokerKind kind)
    {
        var broker = await brokers.GetAsync(kind);
        await using var listening = new Listening(broker.ConnectionString);
        await using var publisher = await broker.ConnectAsync();
        var name = Guid.NewGuid().ToString("N");
        var (channel, other) = (RedisChannel.Literal(name), RedisChannel.Literal(name + ":other"));
        var subscription = await listening.SubscribeAsync(channel);
        var queue = await listening.Redis.SubscribeAsync(other, Cancelled);
        var random = new Random(7);
        var sent = Enumerable.Range(0, 300).Select(i => $"{i}:{new string((char)('a' + (i % 26)), i % 20 == 0 ? random.Next(300_000) : random.Next(200))}").ToArray();
        foreach (var message in sent)
        {
            Assert.Equal(1, await publisher.GetDatabase().PublishAsync(channel, message));
            Assert.Equal(1, await publisher.GetDatabase().PublishAsync(other, message));
        }

        await listening.UntilAsync(sent.Length);
        Assert.Equal(sent, listening.Messages.Select(each => each.Text));
        foreach (var message in sent)
        {
            Assert.Equal(message, (string?)(await queue.ReadAsync(Cancelled)).Message);
        }

        if (OperatingSystem.IsLinux())
        {
            Assert.All(listening.Messages, each => Assert.Equal("push subscriber", each.Thread));
        }

        await subscription.UnsubscribeAsync();
        await Until.TrueAsync(async () => await publisher.GetDatabase().PublishAsync(channel, "late") == 0, "nobody listens");
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task They_come_again_when_the_broker_does(BrokerKind kind)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, Cancelled);
        await using var listening = new Listening(broker.ConnectionString);
        var channel = RedisChannel.Literal(Guid.NewGuid().ToString("N"));
        _ = await listening.SubscribeAsync(channel);
        await broker.RestartAsync(Cancelled);
        await using var publisher = await broker.ConnectAsync();
        await Until.TrueAsync(async () => await publisher.GetDatabase().PublishAsync(channel, "again") == 1, "it listens again");
        await listening.UntilAsync(1);
        Assert.Equal("again", Assert.Single(listening.Messages).Text);
    }

    [Fact]
    public async Task A_connection_that_is_cut_again_and_again_comes_back_and_no_thread_is_left_behind()
    {
        Prerequisite.Linux("only there it is read by a thread.");
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.RedisServer, Cancelled);
        await using var publisher = await broker.ConnectAsync(options => options.AllowAdmin = true);
        var channel = RedisChannel.Literal(Guid.NewGuid().ToString("N"));
        var listening = new Listening(broker.ConnectionString);
        await using (listening)
        {
            _ = await listening.SubscribeAsync(channel);
            for (var i = 0; i < 10; i++)
            {
                await publisher.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
                await Until.TrueAsync(async () => await publisher.GetDatabase().PublishAsync(channel, "x") == 1, "it listens again");
                await listening.UntilAsync(i + 1);
                await Until.TrueAsync(() => listening.Reader.Connections == 1, "the connection before is let go");
            }
        }

        await Until.TrueAsync(() => listening.Reader.Connections == 0, "the last one is, too");
    }

    [Theory]
    [InlineData(",protocol=resp3")]
    [InlineData(",protocol=resp2")]
    public async Task They_come_however_the_client_is_set_up(string setting)
    {
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        await using var listening = new Listening(broker.ConnectionString + setting);
        await using var publisher = await broker.ConnectAsync();
        var channel = RedisChannel.Literal(Guid.NewGuid().ToString("N"));
        var subscription = await listening.SubscribeAsync(channel);
        for (var i = 0; i < 100; i++)
        {
            await publisher.GetDatabase().PublishAsync(channel, $"{i}");
        }

        await listening.UntilAsync(100);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), listening.Messages.Select(each => each.Text));
        await subscription.UnsubscribeAsync();
    }

    [Fact]
    public async Task A_channel_that_two_parts_want_is_heard_by_both()
    {
        var broker = await brokers.GetAsync(BrokerKind.Garnet);
        await using var listening = new Listening(broker.ConnectionString);
        await using var publisher = await broker.ConnectAsync();
        var channel = RedisChannel.Literal(Guid.NewGuid().ToString("N"));
        var first = await listening.SubscribeAsync(channel);
        ConcurrentQueue<string> second = [];
        var other = await listening.Redis.SubscribeAsync(channel, message => second.Enqueue(Encoding.UTF8.GetString(message.Span)), Cancelled);
        await publisher.GetDatabase().PublishAsync(channel, "both");
        await listening.UntilAsync(1);
        await Until.TrueAsync(() => !second.IsEmpty, "the second hears it");
        await first.UnsubscribeAsync();
        await publisher.GetDatabase().PublishAsync(channel, "one");
        await Until.TrueAsync(() => second.Count == 2, "the second still hears");
        await other.UnsubscribeAsync();
    }

    /// <summary>A process' connection to the broker, with what it has heard.</summary>
    private sealed class Listening : IAsyncDisposable
    {
        private readonly ServiceProvider _services;

        public Listening(string connectionString)
        {
            _services = new ServiceCollection().AddSingleton(Reader).BuildServiceProvider();
            Redis = new RedisConnection(_services, new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:redis", connectionString)]).Build());
        }

        public SubscriptionReader Reader { get; } = new(NullLogger<SubscriptionReader>.Instance);

        public RedisConnection Redis { get; }

        public ConcurrentQueue<(string Text, string? Thread)> Messages { get; } = [];

        public Task<BrokerSubscription> SubscribeAsync(RedisChannel channel) =>
            Redis.SubscribeAsync(channel, message => Messages.Enqueue((Encoding.UTF8.GetString(message.Span), Thread.CurrentThread.Name)), Cancelled);

        public Task UntilAsync(int count) => Until.TrueAsync(() => Messages.Count >= count, $"{count} messages have come");

        public async ValueTask DisposeAsync()
        {
            await Redis.DisposeAsync();
            await _services.DisposeAsync();
        }
    }
}
