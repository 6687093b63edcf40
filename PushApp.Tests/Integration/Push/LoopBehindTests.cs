using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push;

/// <summary>A loop that comes to less than is published: what may wait for it is bounded, and nothing that is logged is lost by that.</summary>
public sealed class LoopBehindTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    private const int MaxQueuedBytes = 64 * 1024;

    [Fact]
    public async Task It_reads_what_it_was_not_handed_from_the_log_and_every_client_gets_all_of_it_in_order()
    {
        await using var node = await StartAsync();
        using var measurements = new Measurements(node.Services, PushTelemetry.SourceName);
        await using var one = await node.OpenAsync();
        await using var other = await node.OpenAsync();
        var hub = node.Services.GetRequiredService<ChannelHub>();
        var channel = Assert.Single(hub.Channels()).Channel;
        const int Rounds = 2;
        const int Count = 600;
        var text = new string('x', 1000);
        var sent = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var blocked = Block(node);
            for (var i = 0; i < Count; i++)
            {
                await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", $"{sent++} {text}", cancellationToken: TestContext.Current.CancellationToken);
                await node.Publisher.PublishAsync(ChannelName.Broadcast, "passing", text, PublishOptions.Ephemeral, TestContext.Current.CancellationToken);
            }

            await Until.TrueAsync(() => channel.Figures.Position.Sequence == sent, "the node has received all of them");
            Assert.All(hub.Loops, loop => Assert.InRange(loop.QueuedBytes, 1, MaxQueuedBytes));
        }

        foreach (var stream in new[] { one, other })
        {
            var passing = 0;
            for (var i = 0; i < sent;)
            {
                var item = await stream.NextAsync();
                if (item.Name == "passing")
                {
                    passing++;
                    continue;
                }

                Assert.StartsWith($"{i++} ", item.Data, StringComparison.Ordinal);
            }

            // What is not logged goes when there is too much.
            Assert.InRange(passing, 1, sent / 2);
        }

        Assert.InRange(measurements["pushapp.loops.skipped logged=True"], 1, sent * hub.Loops.Count);
        Assert.InRange(measurements["pushapp.loops.skipped logged=False"], 1, sent * hub.Loops.Count);

        // And goes on as before, with a cursor to come back with.
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "last", cancellationToken: TestContext.Current.CancellationToken);
        while ((await one.NextAsync()).Data != "last")
        {
        }

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $".{sent + 1}."), one.LastEventId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_turns_out_to_be_another_meanwhile_resets_each_client_once()
    {
        await using var node = await StartAsync();
        await using var stream = await node.OpenAsync();
        var channel = Assert.Single(node.Services.GetRequiredService<ChannelHub>().Channels()).Channel;
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "first", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("first", (await stream.NextAsync()).Data);
        var text = new string('x', 1000);
        using (Block(node))
        {
            for (var i = 0; i < 200; i++)
            {
                await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", text, cancellationToken: TestContext.Current.CancellationToken);
            }

            await Until.TrueAsync(() => channel.Figures.Position.Sequence == 201, "the node has received all of them");
            var before = channel.Figures.Position;
            await node.Publisher.PurgeAsync(ChannelName.Broadcast, TestContext.Current.CancellationToken);
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "after", cancellationToken: TestContext.Current.CancellationToken);
            await Until.TrueAsync(() => channel.Figures.Position.Tag != before.Tag, "the node knows");
        }

        var resets = 0;
        await node.Publisher.PublishAsync(ChannelName.Broadcast, "e", "last", cancellationToken: TestContext.Current.CancellationToken);
        for (var item = await stream.NextAsync(); item.Data != "last"; item = await stream.NextAsync())
        {
            resets += item.Name == "push.reset" ? 1 : 0;
        }

        Assert.Equal(1, resets);
    }

    /// <summary>Keeps each loop at one of its connections until it is disposed of.</summary>
    private static Blocked Block(PushNode node) => new(node.Services.GetRequiredService<StreamRegistry>().All.Cast<HubConnection>().DistinctBy(stream => stream.Loop));

    private async Task<PushNode> StartAsync()
    {
        var broker = await brokers.GetAsync(BrokerKind.RedisServer);
        return await PushNode.StartAsync(
            broker.ConnectionString, Guid.NewGuid().ToString("N"), new Dictionary<string, string?> { ["Push:Streams:MaxQueuedBytes"] = $"{MaxQueuedBytes}", ["Push:History:MaxEvents"] = "10000" });
    }

    private sealed class Blocked : IDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly CountdownEvent _left;

        public Blocked(IEnumerable<HubConnection> streams)
        {
            HubConnection[] one = [.. streams];
            _left = new CountdownEvent(one.Length);
            foreach (var stream in one)
            {
                stream.Loop.Post(LoopItem.Run(stream, () =>
                {
                    _go.Wait();
                    _left.Signal();
                }));
            }
        }

        public void Dispose()
        {
            _go.Set();
            _left.Wait();
            _go.Dispose();
            _left.Dispose();
        }
    }
}
