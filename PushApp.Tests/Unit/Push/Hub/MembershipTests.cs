using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Sse;

namespace PushApp.Tests.Unit.Push.Hub;

/// <summary>Who holds which channel in a loop, in whatever order it is told.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task A_channel_that_is_taken_from_a_connection_before_it_has_joined_is_not_handed_to_it_after()
    {
        using var fixture = new LoopFixture();
        var writer = new NotingWriter();
        var connection = new SseConnection(fixture.Loop, PushPrincipal.Anonymous, "127.0.0.1", fixture.Time.GetUtcNow(), fixture.Options, cursorIsUnknown: false) { Writer = writer };
        var subscription = new Subscription(connection, fixture.Channel);
        connection.Subscriptions = [subscription];

        fixture.Loop.Post(LoopItem.Unsubscribe(subscription));
        fixture.Loop.Post(LoopItem.Join(connection));
        fixture.Loop.Post(fixture.Deliver(1, "secret"));
        await fixture.ReachAsync();

        Assert.Empty(connection.Subscriptions);
        Assert.DoesNotContain("secret", string.Concat(writer.Sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_knows_since_when_its_loop_hands_it_events()
    {
        using var fixture = new LoopFixture();
        var first = fixture.Connection(_ => new NotingWriter());
        Assert.Null(first.Subscriptions[0].HeldSince);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(20));
        fixture.Loop.Post(LoopItem.Join(first));
        await fixture.ReachAsync();
        fixture.Time.Advance(TimeSpan.FromDays(3));
        var later = new Subscription(first, fixture.Channel);
        fixture.Loop.Post(LoopItem.Subscribe(later));
        await fixture.ReachAsync();

        Assert.Equal(first.Since.AddMilliseconds(20), first.Subscriptions[0].HeldSince);
        Assert.Equal(fixture.Time.GetUtcNow(), later.HeldSince);
    }

    [Fact]
    public void A_subscription_is_no_larger_than_80_bytes_of_which_an_idle_connection_has_several()
    {
        const int Count = 1000;
        using var fixture = new LoopFixture();
        var connection = fixture.Connection(_ => new NotingWriter());
        var kept = new Subscription[Count];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count; i++)
        {
            kept[i] = new Subscription(connection, fixture.Channel);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Count, 1, 80);
        GC.KeepAlive(kept);
    }

    [Fact]
    public async Task Whoever_asks_after_the_end_hears_the_first_reason()
    {
        using var fixture = new LoopFixture();
        var connection = Assert.Single(await fixture.JoinAsync(1, _ => new NotingWriter()));
        Assert.False(connection.IsCompleted);
        connection.End(CloseReason.Forbidden);
        connection.End(CloseReason.Slow);
        await fixture.ReachAsync();

        Assert.True(connection.IsCompleted);
        Assert.Equal(CloseReason.Forbidden, await connection.Completion);
    }

    [Fact]
    public async Task What_waits_for_those_who_have_left_is_not_handed_to_who_comes_after()
    {
        using var fixture = new LoopFixture();
        var leaving = Assert.Single(await fixture.JoinAsync(1, _ => new NotingWriter()));
        var writer = new NotingWriter();
        var coming = fixture.Connection(_ => writer);
        coming.Subscriptions = [];
        fixture.Loop.Post(LoopItem.Join(coming));
        await fixture.ReachAsync();

        using var go = new ManualResetEventSlim();
        var stale = fixture.Deliver(1, "stale");
        fixture.Loop.Post(LoopItem.Run(coming, go.Wait));
        fixture.Loop.Post(LoopItem.Unsubscribe(leaving.Subscriptions[0]));
        fixture.Loop.Post(LoopItem.Subscribe(new Subscription(coming, fixture.Channel)));
        fixture.Loop.Post(stale);
        fixture.Loop.Post(LoopItem.Reset(fixture.Channel, new Position(9, 9), "lost", stale.Argument));
        go.Set();
        await fixture.ReachAsync();
        fixture.Loop.Post(fixture.Deliver(2, "fresh"));
        await fixture.ReachAsync();

        var sent = string.Concat(writer.Sent);
        Assert.DoesNotContain("stale", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("push.reset", sent, StringComparison.Ordinal);
        Assert.Contains("fresh", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loop_without_subscriptions_is_handed_nothing_and_who_joins_it_gets_what_follows()
    {
        using var fixture = new LoopFixture(loops: 2);
        var (first, second) = (new NotingWriter(), new NotingWriter());
        await fixture.JoinAsync(1, _ => first);
        fixture.Channel.OnMessage(fixture.Message(1, "one"));
        await fixture.ReachAsync();
        Assert.Contains("one", string.Concat(first.Sent), StringComparison.Ordinal);
        Assert.Equal(0, fixture.Other.QueuedBytes);

        // From here on somebody works on it.
        var running = fixture.RunOther();
        var joining = fixture.Connection(_ => second, fixture.Other);
        fixture.Other.Post(LoopItem.Join(joining));
        await fixture.ReachAsync(fixture.Other);
        Assert.Equal(new Position(1, 1), fixture.Channel.Loops[1].Position);
        fixture.Channel.OnMessage(fixture.Message(2, "two"));
        await fixture.ReachAsync();
        await fixture.ReachAsync(fixture.Other);
        Assert.Contains("two", string.Concat(first.Sent), StringComparison.Ordinal);
        Assert.Contains("two", string.Concat(second.Sent), StringComparison.Ordinal);
        Assert.DoesNotContain("one", string.Concat(second.Sent), StringComparison.Ordinal);

        fixture.Other.Post(LoopItem.Leave(joining));
        await fixture.ReachAsync(fixture.Other);
        Assert.False(fixture.Channel.Loops[1].IsReady);
        Assert.Null(fixture.Channel.Loops[1].Period);
        Assert.False(running.IsCompleted);
    }
}
