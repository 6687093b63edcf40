using PushApp.Push;

namespace PushApp.Tests.Unit.Push;

/// <summary>When what a storm of openings left is given back.</summary>
public sealed class QuietCollectionTests
{
    private long _heap;
    private int _collections;

    [Fact]
    public void A_storm_is_collected_twice_when_it_is_over()
    {
        var quiet = NewCollection();
        Pass(quiet, QuietCollection.QuietTicks * 2, 0);
        Assert.Equal(0, _collections);

        quiet.Tick(QuietCollection.Storm);
        Pass(quiet, QuietCollection.QuietTicks - 1, QuietCollection.Storm);
        Assert.Equal(0, _collections);
        Pass(quiet, 1, QuietCollection.Storm);
        Assert.Equal(1, _collections);

        // What finalizers let go of meanwhile.
        Pass(quiet, QuietCollection.QuietTicks * 3, QuietCollection.Storm);
        Assert.Equal(2, _collections);

        quiet.Tick(QuietCollection.Storm * 2);
        Pass(quiet, QuietCollection.QuietTicks, QuietCollection.Storm * 2);
        Assert.Equal(3, _collections);
    }

    [Fact]
    public void Nothing_is_collected_while_it_lasts_nor_after_less()
    {
        var quiet = NewCollection();
        var changes = 0L;
        for (var i = 0; i < 100; i++)
        {
            quiet.Tick(changes += QuietCollection.FewAtOnce + 1);
        }

        Assert.Equal(0, _collections);
        quiet = NewCollection();
        for (var i = 1; i <= QuietCollection.Storm; i++)
        {
            quiet.Tick(i * QuietCollection.FewAtOnce);
        }

        Assert.Equal(0, _collections);
        quiet = NewCollection();
        quiet.Tick(QuietCollection.Storm - 1);
        Pass(quiet, QuietCollection.QuietTicks * 3, QuietCollection.Storm - 1);
        Assert.Equal(0, _collections);
    }

    [Fact]
    public void Some_that_come_and_go_all_the_time_do_not_put_it_off()
    {
        var quiet = NewCollection();
        quiet.Tick(QuietCollection.Storm);
        for (var i = 1; i <= QuietCollection.QuietTicks; i++)
        {
            quiet.Tick(QuietCollection.Storm + (i * QuietCollection.FewAtOnce));
        }

        Assert.Equal(1, _collections);
    }

    [Fact]
    public void A_large_heap_is_left_alone_until_it_is_not()
    {
        var quiet = NewCollection();
        _heap = QuietCollection.LargestHeap + 1;
        quiet.Tick(QuietCollection.Storm);
        Pass(quiet, QuietCollection.QuietTicks * 2, QuietCollection.Storm);
        Assert.Equal(0, _collections);
        _heap--;
        Pass(quiet, 1, QuietCollection.Storm);
        Assert.Equal(1, _collections);
    }

    private QuietCollection NewCollection() => new(() => _heap, () => _collections++);

    private static void Pass(QuietCollection quiet, int ticks, long changes)
    {
        for (var i = 0; i < ticks; i++)
        {
            quiet.Tick(changes);
        }
    }
}
