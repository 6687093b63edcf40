using Microsoft.Extensions.Time.Testing;
using PushApp.Push.Inspection;

namespace PushApp.Tests.Unit.Push.Inspection;

public sealed class RecentRingTests
{
    [Fact]
    public void Ring_keeps_the_newest_and_gives_back_what_it_forgets()
    {
        var ring = new RecentRing<string>(3);
        Assert.Null(ring.Add("a"));
        Assert.Null(ring.Add("b"));
        Assert.Equal(["b", "a"], ring.NewestFirst());
        Assert.Null(ring.Add("c"));
        Assert.Equal("a", ring.Add("d"));
        Assert.Equal(["d", "c", "b"], ring.NewestFirst());
        Assert.Equal(4, ring.Added);
    }

    [Fact]
    public void Rate_is_that_of_the_last_seconds_and_fades()
    {
        var time = new FakeTimeProvider();
        var rate = new RateMeter();
        for (var i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            rate.Count(time);
        }

        Assert.InRange(rate.PerSecond(time), 4.5, 5.5);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, rate.PerSecond(time));
    }
}
