using PushApp.Push.Hub;

namespace PushApp.Tests.Unit.Push.Hub;

public sealed class LoopQueueTests
{
    [Fact]
    public async Task Whatever_many_add_is_taken_once_and_in_each_ones_order()
    {
        var queue = new LoopQueue(long.MaxValue);
        const int Each = 20_000;
        const int Threads = 4;
        var adding = Enumerable.Range(0, Threads).Select(thread => Task.Run(
            () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    queue.Add(new LoopItem(LoopItemKind.Run, thread, i));
                }
            },
            TestContext.Current.CancellationToken)).ToArray();
        var next = new int[Threads];
        while (next.Sum() < Each * Threads)
        {
            if (!queue.TryTake(out var item))
            {
                await queue.WaitAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
                continue;
            }

            Assert.Equal(next[(int)item.Target!]++, item.Argument);
        }

        await Task.WhenAll(adding);
        Assert.True(queue.IsEmpty);
        Assert.False(queue.TryTake(out _));
    }

    [Fact]
    public void An_event_is_taken_by_its_channel_only_when_it_is_the_first()
    {
        using var fixture = new LoopFixture();
        using var other = new LoopFixture();
        var queue = new LoopQueue(long.MaxValue);
        Assert.False(queue.TryTakeEvent(fixture.Channel, out _));
        var item = fixture.Event(1, "x");
        queue.Add(LoopItem.Heartbeat);
        Assert.True(queue.TryAdd(item, period: null));
        Assert.False(queue.TryTakeEvent(fixture.Channel, out _));
        Assert.True(queue.TryTake(out _));
        Assert.False(queue.TryTakeEvent(other.Channel, out _));
        Assert.True(queue.TryTakeEvent(fixture.Channel, out var taken));
        Assert.Same(item, taken);
        Assert.Equal(0, queue.EventBytes);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void Events_are_taken_in_up_to_the_bound_and_one_always()
    {
        using var fixture = new LoopFixture();
        var item = fixture.Event(1, new string('x', 1000));
        var queue = new LoopQueue(3 * item.Size);
        Assert.True(queue.TryAdd(item, period: null));
        Assert.True(queue.TryAdd(item, period: null));
        Assert.True(queue.TryAdd(item, period: null));
        Assert.False(queue.TryAdd(item, period: null));

        // What is no event is told all the same.
        queue.Add(LoopItem.Heartbeat);
        Assert.Equal(3 * item.Size, queue.EventBytes);
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.TryAdd(item, period: null));
        while (queue.TryTake(out _))
        {
        }

        Assert.Equal(0, queue.EventBytes);
        Assert.True(queue.TryAdd(fixture.Event(2, new string('x', 100_000)), period: null));
        Assert.False(queue.TryAdd(item, period: null));
    }

    [Fact]
    public void What_a_burst_needed_is_given_back()
    {
        var queue = new LoopQueue(0);
        for (var i = 0; i < 100_000; i++)
        {
            queue.Add(LoopItem.Heartbeat);
        }

        Assert.True(queue.Capacity >= 100_000);
        while (queue.TryTake(out _))
        {
        }

        // It may come again soon.
        queue.Trim();
        Assert.True(queue.Capacity >= 100_000);
        for (var round = 0; round < 2; round++)
        {
            queue.Add(LoopItem.Drain);
            queue.Trim();
            Assert.True(queue.TryTake(out var item));
            Assert.Equal(LoopItemKind.Drain, item.Kind);
            Assert.False(queue.TryTake(out _));
        }

        Assert.Equal(2 * LoopQueue.Least, queue.Capacity);
    }
}
