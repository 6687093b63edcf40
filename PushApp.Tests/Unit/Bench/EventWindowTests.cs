using PushApp.Bench.Load;

namespace PushApp.Tests.Unit.Bench;

public sealed class EventWindowTests
{
    private readonly EventWindow _events = new();

    [Fact]
    public void An_event_completes_when_everyone_it_was_for_has_it_and_not_before_those_ahead_of_it()
    {
        _events.Publish(now: 10, owed: 2);
        _events.Publish(now: 20, owed: 1);

        Assert.Equal(20, _events.Receive(2));
        Assert.Equal(10, _events.Receive(1));
        Assert.False(_events.TryComplete(out _));

        _events.Receive(1);
        Assert.True(_events.TryComplete(out var first));
        Assert.True(_events.TryComplete(out var second));
        Assert.False(_events.TryComplete(out _));
        Assert.Equal((10, 20), (first, second));
        Assert.True(_events.IsEmpty);
        Assert.Equal(3, _events.Deliveries);
    }

    [Fact]
    public void Nothing_is_awaited_that_was_not_published_or_has_been_received_by_all()
    {
        _events.Publish(now: 0, owed: 1);
        Assert.True(_events.Awaits(1));
        Assert.False(_events.Awaits(0));
        Assert.False(_events.Awaits(-1));
        Assert.False(_events.Awaits(2));

        // The slot of the event is that of one that will come much later.
        Assert.False(_events.Awaits(1 + EventWindow.Capacity));
        _events.Receive(1);
        Assert.False(_events.Awaits(1));
    }

    [Fact]
    public void It_holds_so_many_and_then_takes_the_next_when_the_oldest_is_done()
    {
        for (var i = 0; i < EventWindow.Capacity; i++)
        {
            Assert.False(_events.IsFull);
            _events.Publish(i, owed: 1);
        }

        Assert.True(_events.IsFull);
        Assert.Throws<InvalidOperationException>(() => _events.Publish(0, owed: 1));
        _events.Receive(1);
        Assert.True(_events.TryComplete(out _));
        _events.Publish(99, owed: 1);
        Assert.Equal(99, _events.Receive(EventWindow.Capacity + 1));
    }
}
