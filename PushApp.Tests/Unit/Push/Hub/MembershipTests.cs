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
