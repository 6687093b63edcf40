using System.Globalization;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Faults.Push;

public sealed class BrokerStoppedWhilePublishingTests
{
    private const int EventsBetweenStops = 200;

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_broker_that_is_stopped_comes_back_with_all_that_was_seen(BrokerKind kind)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var broker = await BrokerProcess.StartAsync(kind, cancellationToken);
        await using var node = await PushNode.StartAsync(broker.ConnectionString, "t", new Dictionary<string, string?> { ["Push:Streams:HeadCheckInterval"] = "00:00:01" });
        await using var stream = await node.OpenAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var publishing = PublishAsync(node, end.Token);

        var seen = 0;
        for (var stops = 0; stops < 3; stops++)
        {
            await ReadAsync(seen + EventsBetweenStops);
            await broker.StopAsync();
            await broker.StartAsync(cancellationToken);
        }

        await ReadAsync(seen + EventsBetweenStops);
        await end.CancelAsync();
        await ReadAsync(await publishing);

        async Task ReadAsync(int count)
        {
            while (seen < count)
            {
                var item = await stream.NextAsync(TimeSpan.FromSeconds(60));
                if (item.Name != "push.status")
                {
                    // Not push.reset, which an event that was seen and is gone ends in.
                    Assert.Equal("test", item.Name);
                    Assert.Equal(seen++, int.Parse(item.Data, CultureInfo.InvariantCulture));
                }
            }
        }
    }

    /// <summary>Publishes one event after the other, each until it is acknowledged: how many.</summary>
    private static async Task<int> PublishAsync(PushNode node, CancellationToken end)
    {
        var published = 0;
        for (; !end.IsCancellationRequested; published++)
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "test", published.ToString(CultureInfo.InvariantCulture), cancellationToken: CancellationToken.None);
        }

        return published;
    }
}
