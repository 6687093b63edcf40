using System.Text;
using System.Threading.Channels;
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
    private const string Probe = "probe";

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
        await listening.HearsAsync(publisher, channel);
        await Until.TrueAsync(
            async () =>
            {
                await publisher.GetDatabase().PublishAsync(other, Probe);
                return queue.TryRead(out _);
            },
            "the queue hears");
        var random = new Random(7);
        var sent = Enumerable.Range(0, 300).Select(i => $"{i}:{new string((char)('a' + (i % 26)), i % 20 == 0 ? random.Next(300_000) : random.Next(200))}").ToArray();
        foreach (var message in sent)
        {
            Assert.Equal(1, await publisher.GetDatabase().PublishAsync(channel, message));
            Assert.Equal(1, await publisher.GetDatabase().PublishAsync(other, message));
        }

        var messages = await listening.ReadAsync(sent.Length);
        Assert.Equal(sent, messages.Select(each => each.Text));
        foreach (var message in sent)
        {
            string? next;
            while ((next = (await queue.ReadAsync(Cancelled)).Message) == Probe)
            {
            }

            Assert.Equal(message, next);
        }

        if (OperatingSystem.IsLinux())
        {
            Assert.All(messages, each => Assert.Equal("push subscriber", each.Thread));
        }

        await subscription.UnsubscribeAsync();
        Assert.Equal(0, await publisher.GetDatabase().PublishAsync(channel, "late"));
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
        await listening.HearsAsync(publisher, channel);
        Assert.Equal(1, await publisher.GetDatabase().PublishAsync(channel, "again"));
        Assert.Equal("again", Assert.Single(await listening.ReadAsync(1)).Text);
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
                await listening.ReadAsync(1);
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

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), (await listening.ReadAsync(100)).Select(each => each.Text));
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
        await listening.HearsAsync(publisher, channel);
        var second = Channel.CreateUnbounded<string>();
        var other = await listening.Redis.SubscribeAsync(channel, message => second.Writer.TryWrite(Encoding.UTF8.GetString(message.Span)), Cancelled);
        await publisher.GetDatabase().PublishAsync(channel, "both");
        Assert.Equal("both", Assert.Single(await listening.ReadAsync(1)).Text);
        Assert.Equal("both", await SecondAsync());
        await first.UnsubscribeAsync();
        await publisher.GetDatabase().PublishAsync(channel, "one");
        Assert.Equal("one", await SecondAsync());
        await other.UnsubscribeAsync();

        // A probe may still have been on its way.
        async Task<string> SecondAsync() => await second.Reader.ReadAsync(Cancelled) is var text && text == Probe ? await SecondAsync() : text;
    }

    /// <summary>A process' connection to the broker, with what it has heard.</summary>
    private sealed class Listening : IAsyncDisposable
    {
        private readonly Channel<(string Text, string? Thread)> _messages = Channel.CreateUnbounded<(string, string?)>();
        private volatile bool _isHeard;
        private readonly ServiceProvider _services;

        public Listening(string connectionString)
        {
            _services = new ServiceCollection().AddSingleton(Reader).BuildServiceProvider();
            Redis = new RedisConnection(_services, new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:redis", connectionString)]).Build());
        }

        public SubscriptionReader Reader { get; } = new(NullLogger<SubscriptionReader>.Instance);

        public RedisConnection Redis { get; }

        public Task<BrokerSubscription> SubscribeAsync(RedisChannel channel) =>
            Redis.SubscribeAsync(channel, Take, Cancelled);

        /// <summary>Waits until what is published is heard: right after a subscription was acknowledged, it may miss it on Garnet.</summary>
        public Task HearsAsync(ConnectionMultiplexer publisher, RedisChannel channel) => Until.TrueAsync(
            async () =>
            {
                await publisher.GetDatabase().PublishAsync(channel, Probe);
                return _isHeard;
            },
            "the subscription holds");

        /// <summary>So many messages, as they come.</summary>
        public async Task<IReadOnlyList<(string Text, string? Thread)>> ReadAsync(int count)
        {
            List<(string, string?)> messages = [];
            while (messages.Count < count)
            {
                messages.Add(await _messages.Reader.ReadAsync(Cancelled));
            }

            return messages;
        }

        private void Take(ReadOnlyMemory<byte> message)
        {
            var text = Encoding.UTF8.GetString(message.Span);
            if (text == Probe)
            {
                _isHeard = true;
            }
            else
            {
                _messages.Writer.TryWrite((text, Thread.CurrentThread.Name));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Redis.DisposeAsync();
            await _services.DisposeAsync();
        }
    }
}
