using System.Collections.Concurrent;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Faults.Push;

public sealed class BrokerKilledWhilePublishingTests
{
    private const int Publishers = 4;

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task No_acknowledged_event_is_lost_doubled_or_out_of_order(BrokerKind kind)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string?>
        {
            ["Push:Acknowledge"] = "Disk",
            ["Push:Streams:HeadCheckInterval"] = "00:00:01",
            ["Push:History:MaxEvents"] = "100000",
        };
        await using var one = await PushNode.StartAsync(broker.ConnectionString, "t", settings);
        await using var two = await PushNode.StartAsync(broker.ConnectionString, "t", settings);
        await using var stream = await two.OpenAsync();
        var received = new Collector(two, stream);
        var collecting = received.RunAsync();

        using var done = new CancellationTokenSource();
        var acknowledged = new ConcurrentDictionary<string, bool>();
        var published = 0;
        var publishing = Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            var node = publisher % 2 == 0 ? one : two;
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                var text = $"{publisher}:{i}";
                await node.Publisher.PublishAsync(ChannelName.Broadcast, "test", text, cancellationToken: TestContext.Current.CancellationToken);
                acknowledged[text] = true;
                Interlocked.Increment(ref published);
            }
        })).ToArray();

        for (var kill = 0; kill < 3; kill++)
        {
            var before = Volatile.Read(ref published);
            await Until.TrueAsync(() => publishing.Any(task => task.IsFaulted) || Volatile.Read(ref published) > before + 200, "200 more events were acknowledged");
            Assert.Null(publishing.FirstOrDefault(task => task.IsFaulted)?.Exception);
            await broker.RestartAsync(TestContext.Current.CancellationToken);
        }

        var last = Volatile.Read(ref published);
        await Until.TrueAsync(() => Volatile.Read(ref published) > last + 100, "publishing went on after the last restart");
        await done.CancelAsync();
        await Task.WhenAll(publishing);
        await one.Publisher.PublishAsync(ChannelName.Broadcast, "end", "end", cancellationToken: TestContext.Current.CancellationToken);
        await collecting;

        var missing = acknowledged.Keys.Except(received.Seen).ToList();
        if (missing.Count > 0)
        {
            var arrived = received.Seen.ToHashSet();
            await received.ReadHistoryAsync();
            Assert.Fail($"{missing.Count} acknowledged events did not arrive, such as {string.Join(", ", missing.Take(5))}; {received.Resets} resets; of these the log has {missing.Count(text => received.Seen.Contains(text) && !arrived.Contains(text))}.");
        }

        Assert.Empty(received.Doubled);
        Assert.Empty(received.OutOfOrder);
        if (kind == BrokerKind.RedisServer)
        {
            // With appendfsync always nothing is seen before it is safe.
            Assert.Equal(0, received.Resets);
        }
    }

    /// <summary>What a careful client does: keeps what it was sent, and after a reset reads the history.</summary>
    private sealed class Collector(PushNode node, SseReader stream)
    {
        private readonly int[] _last = [.. Enumerable.Repeat(-1, Publishers)];
        private readonly HashSet<string> _sinceReset = [];

        public HashSet<string> Seen { get; } = [];

        public List<string> Doubled { get; } = [];

        public List<string> OutOfOrder { get; } = [];

        public int Resets { get; private set; }

        public async Task RunAsync()
        {
            while (true)
            {
                var item = await stream.NextAsync(TimeSpan.FromSeconds(60));
                switch (item.Name)
                {
                    case "end":
                        return;
                    case "push.reset":
                        Resets++;
                        _sinceReset.Clear();
                        Array.Fill(_last, -1);
                        await ReadHistoryAsync();
                        break;
                    case "test":
                        Take(item.Data);
                        break;
                }
            }
        }

        private void Take(string text)
        {
            Seen.Add(text);
            if (!_sinceReset.Add(text))
            {
                Doubled.Add(text);
            }

            var parts = text.Split(':');
            var (publisher, number) = (int.Parse(parts[0], null), int.Parse(parts[1], null));
            if (number <= _last[publisher])
            {
                OutOfOrder.Add(text);
            }

            _last[publisher] = number;
        }

        public async Task ReadHistoryAsync()
        {
            var history = (IChannelHistory)node.Services.GetService(typeof(IChannelHistory))!;
            Position? after = new Position(0, 0);
            var more = true;
            while (more)
            {
                var page = await history.ReadAsync(ChannelName.Broadcast, after, 1000, TestContext.Current.CancellationToken);
                foreach (var item in page.Events)
                {
                    Seen.Add(item.Data);
                    after = item.Position;
                }

                more = page.Events.Count > 0 && page.Events[^1].Position.Sequence < page.Head.Sequence;
            }
        }
    }
}
