using System.Text.RegularExpressions;
using PushApp.Push;
using PushApp.Push.Hub;

namespace PushApp.Tests.Unit.Push.Hub;

public sealed class OutboxBoundTests
{
    private const int Max = 64 * 1024;

    [Fact]
    public async Task What_was_sent_and_not_taken_counts_for_what_may_wait()
    {
        using var fixture = new LoopFixture(new StreamOptions { MaxOutboxBytes = Max });
        var writer = new NotingWriter();
        var connection = Assert.Single(await fixture.JoinAsync(1, _ => writer));
        writer.Takes = 0;
        var sequence = 0L;
        for (var i = 0; i < 15; i++)
        {
            fixture.Loop.Post(fixture.Deliver(++sequence, new string('x', 4000)));
            await fixture.ReachAsync();
        }

        Assert.InRange(connection.OutboxBytes, 60_000, Max);
        Assert.Equal(connection.OutboxBytes, fixture.Loop.OutboxBytes);

        // The client takes the first event, and half of what came after it; what is left of that waits below, and the bound is as near as before.
        writer.Takes = 35_000;
        fixture.Loop.Post(LoopItem.Flushed(connection));
        await fixture.ReachAsync();
        Assert.True(connection.IsBusy);
        var left = connection.OutboxBytes;
        Assert.InRange(left, 20_000, 32_000);
        Assert.Equal(left, fixture.Loop.OutboxBytes);
        for (var i = 0; !connection.Completion.IsCompleted; i++)
        {
            Assert.InRange(connection.OutboxBytes, 0, Max);
            Assert.True(i < 12, "It may not hold twice the bound.");
            fixture.Loop.Post(fixture.Deliver(++sequence, new string('x', 4000)));
            await fixture.ReachAsync();
        }

        Assert.Equal(CloseReason.Slow, await connection.Completion);
        Assert.Equal(0, fixture.Loop.OutboxBytes);
    }

    [Fact]
    public async Task An_event_on_its_way_that_is_larger_than_the_bound_leaves_half_of_it_to_what_follows()
    {
        using var fixture = new LoopFixture(new StreamOptions { MaxOutboxBytes = Max });
        var writer = new NotingWriter();
        var connection = Assert.Single(await fixture.JoinAsync(1, _ => writer));
        writer.Takes = 1000;
        fixture.Loop.Post(fixture.Deliver(1, new string('x', 2 * Max)));
        for (var i = 2; i <= 7; i++)
        {
            fixture.Loop.Post(fixture.Deliver(i, new string('x', 4000)));
        }

        await fixture.ReachAsync();
        Assert.True(connection.IsBusy);
        Assert.False(connection.Completion.IsCompleted);
        writer.Takes = int.MaxValue;
        fixture.Loop.Post(LoopItem.Flushed(connection));
        await fixture.ReachAsync();
        Assert.False(connection.Completion.IsCompleted);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], Sequences(writer));

        // And no more than that.
        writer.Takes = 1000;
        fixture.Loop.Post(fixture.Deliver(8, new string('x', 2 * Max)));
        for (var i = 9; i <= 17; i++)
        {
            fixture.Loop.Post(fixture.Deliver(i, new string('x', 4000)));
        }

        Assert.Equal(CloseReason.Slow, await connection.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_takes_it_in_any_portions_gets_all_of_it_in_order()
    {
        using var fixture = new LoopFixture(new StreamOptions { MaxOutboxBytes = Max });
        var writer = new NotingWriter();
        var connection = Assert.Single(await fixture.JoinAsync(1, _ => writer));
        writer.Takes = 0;
        const int Count = 1000;
        var random = new Random(3);
        for (var i = 1; i <= Count; i++)
        {
            fixture.Loop.Post(fixture.Deliver(i, new string('x', random.Next(2000))));
            await fixture.ReachAsync();
            if (connection.IsBusy)
            {
                writer.Takes = random.Next(5000);
                fixture.Loop.Post(LoopItem.Flushed(connection));
                await fixture.ReachAsync();
            }
        }

        writer.Takes = int.MaxValue;
        fixture.Loop.Post(LoopItem.Flushed(connection));
        await fixture.ReachAsync();
        Assert.False(connection.Completion.IsCompleted);
        Assert.Equal(0, fixture.Loop.OutboxBytes);
        Assert.Equal(Enumerable.Range(1, Count), Sequences(writer));
    }

    private static IEnumerable<int> Sequences(NotingWriter writer) =>
        Regex.Matches(string.Concat(writer.Sent), @"id: \w+\.(\d+)\.\w+\n\n").Select(match => int.Parse(match.Groups[1].Value, null)).SkipWhile(sequence => sequence == 0);
}
