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
        fixture.Loop.Post(LoopItem.Deliver(fixture.Event(1, "secret")));
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
}
