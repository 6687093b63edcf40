using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Interop;

/// <summary>One real node, and the test in the place of the other, so that it can do what a broker of many threads does only now and then.</summary>
public sealed class InteropSignalTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_copy_that_is_told_before_its_message_came_is_not_logged_again(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 1);

        // A node counts as listening a moment after it has subscribed: the first ones may come before that.
        var attempt = 0;
        await Until.TrueAsync(
            async () =>
            {
                attempt++;
                var payload = $"[\"early\", \"{attempt}\"]";
                await SignalAsync(nodes, $"L broadcast other-{attempt} {Hash(nodes.Legacy("sse"), payload)} 0");
                await nodes.PublishAsync("sse", payload);
                await nodes.PublishAsync("sse", $"[\"later\", \"{attempt}\"]");
                var log = await nodes.HistoryAsync("broadcast", attempt);
                await Until.TrueAsync(
                    async () => (log = await nodes.HistoryAsync("broadcast", attempt)).Any(e => e.Event == "later" && e.Data == $"{attempt}"), "the later message is logged");
                return !log.Any(e => e.Event == "early" && e.Data == $"{attempt}");
            },
            "a message that was told to be logged is not logged again");

        // The signal stands for one message: an equal one is another.
        await nodes.PublishAsync("sse", $"[\"early\", \"{attempt}\"]");
        await Until.TrueAsync(
            async () => (await nodes.HistoryAsync("broadcast", attempt)).Any(e => e.Event == "early" && e.Data == $"{attempt}"), "the equal message is logged");
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_copy_that_is_told_before_its_message_came_is_not_logged_again_by_a_node_that_has_just_come_back(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 1);
        await nodes.BreakAsync(0, () => nodes.PublishAsync("sse", ""));

        const string Payload = """["early", ""]""";
        await SignalAsync(nodes, $"L broadcast other-1 {Hash(nodes.Legacy("sse"), Payload)} 0");
        await nodes.PublishAsync("sse", Payload);
        await nodes.PublishAsync("sse", """["later", ""]""");

        Assert.Equal(["later"], (await nodes.HistoryAsync("broadcast", 1)).Select(e => e.Event));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_whose_message_is_left_over_asks_for_the_lease(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 1);
        var signals = await SignalsAsync(nodes);
        var lease = nodes.Keys.InteropLease(ChannelName.Broadcast);
        await nodes.Broker.GetDatabase().StringSetAsync(lease, "other.1", TimeSpan.FromMinutes(10));

        await nodes.PublishAsync("sse", """["left", ""]""");
        await ReadUntilAsync(signals, "Y broadcast ");
        Assert.Empty(await nodes.HistoryAsync("broadcast"));

        await nodes.Broker.GetDatabase().KeyDeleteAsync(lease);
        await SignalAsync(nodes, "R broadcast other.1");
        Assert.Equal("left", Assert.Single(await nodes.HistoryAsync("broadcast", 1)).Event);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_that_is_asked_gives_its_lease_back(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 1);
        var signals = await SignalsAsync(nodes);
        await nodes.PublishAsync("sse", """["first", ""]""");
        await nodes.HistoryAsync("broadcast", 1);

        await SignalAsync(nodes, "Y broadcast other");
        await ReadUntilAsync(signals, "R broadcast ");
        Assert.False(await nodes.Broker.GetDatabase().KeyExistsAsync(nodes.Keys.InteropLease(ChannelName.Broadcast)));

        // Nobody took it: the node goes on by itself.
        await nodes.PublishAsync("sse", """["second", ""]""");
        Assert.Equal("second", (await nodes.HistoryAsync("broadcast", 2))[^1].Event);
    }

    private static async Task<ChannelReader<string>> SignalsAsync(InteropNodes nodes)
    {
        var signals = Channel.CreateUnbounded<string>();
        await nodes.Broker.GetSubscriber().SubscribeAsync(nodes.Keys.InteropSignals, (_, message) => signals.Writer.TryWrite(message.ToString()));
        return signals.Reader;
    }

    private static async Task ReadUntilAsync(ChannelReader<string> signals, string beginning)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        while (!(await signals.ReadAsync(timeout.Token)).StartsWith(beginning, StringComparison.Ordinal))
        {
        }
    }

    private static Task<long> SignalAsync(InteropNodes nodes, string signal) =>
        nodes.Broker.GetSubscriber().PublishAsync(nodes.Keys.InteropSignals, signal);

    private static string Hash(string redisChannel, string payload) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{redisChannel}\0{payload}")).AsSpan(0, 16));
}
