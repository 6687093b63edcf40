using System.Collections.Concurrent;
using PushApp.Push;
using PushApp.Tests.Infrastructure;
using PushApp.Tests.Integration.Push.Presence;

namespace PushApp.Tests.Faults.Push;

/// <summary>Presence over an outage of the broker.</summary>
public sealed class PresenceBrokerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(BrokerKind.Garnet, false)]
    [InlineData(BrokerKind.Garnet, true)]
    [InlineData(BrokerKind.RedisServer, false)]
    [InlineData(BrokerKind.RedisServer, true)]
    public async Task Nobody_leaves_by_an_outage_and_what_changed_meanwhile_is_told(BrokerKind kind, bool isDataLost)
    {
        await using var broker = await BrokerProcess.StartAsync(kind, Cancelled);
        await using var nodes = await PresenceNodes.StartAsync(broker, 3);
        using var ann = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "ann", cancellationToken: Cancelled);
        using var bob = await nodes.All[1].Presence.EnterAsync(nodes.Channel, "bob", cancellationToken: Cancelled);
        using var eve = await nodes.All[1].Presence.EnterAsync(nodes.Channel, "eve", cancellationToken: Cancelled);
        var heard = new ConcurrentQueue<string>();
        await using var view = await nodes.All[2].Presence.WatchAsync(nodes.Channel, member => heard.Enqueue(PresenceNodes.Text(member)), Cancelled);

        await broker.KillAsync();
        if (isDataLost)
        {
            broker.EraseData();
        }

        // Longer than any lease: by the broker's clock all have lapsed when it is back.
        var down = DateTimeOffset.UtcNow;
        eve.Leave();
        using var zoe = await nodes.All[0].Presence.EnterAsync(nodes.Channel, "zoe", cancellationToken: Cancelled);
        await Until.TrueAsync(() => DateTimeOffset.UtcNow - down > PresenceNodes.Lease * 1.5, "the leases have lapsed");
        await broker.StartAsync(Cancelled);

        await nodes.UntilThereAsync(nodes.All[2], "ann Online", "bob Online", "zoe Online");
        await Until.TrueAsync(() => view.Members.Select(member => member.UserName).Order().SequenceEqual(["ann", "bob", "zoe"]), "the view knows");

        // Long enough for any sweep that would have been wrong: by then each node may take others for dead.
        var back = DateTimeOffset.UtcNow;
        await Until.TrueAsync(() => DateTimeOffset.UtcNow - back > PresenceNodes.Patience + PresenceNodes.Lease, "a node may sweep again");
        await nodes.UntilThereAsync(nodes.All[2], "ann Online", "bob Online", "zoe Online");
        Assert.DoesNotContain(nodes.Events, item => item.Text is "leave ann offline" or "leave bob offline" or "leave zoe offline");
        Assert.Equal(["ann Online", "bob Online", "eve Offline", "eve Online", "zoe Online"], heard.Order());
    }

    [Fact]
    public async Task Whoever_is_told_of_while_connections_come_and_go_and_the_broker_restarts_is_right_in_the_end()
    {
        await using var broker = await BrokerProcess.StartAsync(BrokerKind.Garnet, Cancelled);
        await using var nodes = await PresenceNodes.StartAsync(broker, 3, grace: TimeSpan.FromMilliseconds(50));
        var random = new Random(4711);
        await using var view = await nodes.All[0].Presence.WatchAsync(nodes.Channel, _ => { }, Cancelled);
        var open = new List<IPresenceEntry>();
        for (var step = 0; step < 1500; step++)
        {
            if (step == 700)
            {
                await broker.RestartAsync(Cancelled);
            }

            var choice = random.Next(10);
            if (choice < 5 || open.Count == 0)
            {
                // Not waited for: they pile up while the broker is away.
                open.Add(await nodes.All[random.Next(3)].Presence.EnterAsync(nodes.Channel, $"user{random.Next(40)}", cancellationToken: Cancelled));
                continue;
            }

            var at = random.Next(open.Count);
            if (choice == 5)
            {
                open[at].State = random.Next(2) == 0 ? PresenceState.Away : PresenceState.Online;
                continue;
            }

            (open[at], open[^1]) = (open[^1], open[at]);
            if (choice < 8)
            {
                open[^1].Dispose();
            }
            else
            {
                open[^1].Leave();
            }

            open.RemoveAt(open.Count - 1);
        }

        var expected = open.GroupBy(entry => entry.UserName).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {(group.Any(entry => entry.State == PresenceState.Online) ? PresenceState.Online : PresenceState.Away)}").ToArray();
        await nodes.UntilThereAsync(nodes.All[1], expected);
        await Until.TrueAsync(
            () => view.Members.OrderBy(member => member.UserName, StringComparer.Ordinal).Select(PresenceNodes.Text).SequenceEqual(expected), "the view is right, too");
    }
}
