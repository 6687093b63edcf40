using Microsoft.Extensions.Time.Testing;
using PushApp.Push.Hub;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Unit.Push.Hub;

public sealed class LogPagesTests
{
    [Fact]
    public async Task Whoever_wants_a_page_anew_gets_one_whose_reading_began_after_that()
    {
        using var fixture = new LoopFixture();
        TaskCompletionSource<HubEvent[]>[] answers = [new(), new(), new()];
        var reads = 0;
        var pages = new LogPages((_, _) => answers[Interlocked.Increment(ref reads) - 1].Task, new PageBudget(PageBudget.Default), new FakeTimeProvider());
        var first = pages.GetAsync(1, refresh: false);
        Task<HubEvent[]>[] anew = [pages.GetAsync(1, refresh: true), pages.GetAsync(1, refresh: true)];
        answers[0].SetResult([]);
        Assert.Empty(await first);

        // Read before the event was there, perhaps; the next one is not, and both share it.
        await Until.TrueAsync(() => Volatile.Read(ref reads) == 2, "it is read anew");
        Assert.All(anew, page => Assert.False(page.IsCompleted));
        var later = pages.GetAsync(1, refresh: true);
        answers[1].SetResult([fixture.Event(1, "x")]);
        foreach (var page in anew)
        {
            Assert.Single(await page);
        }

        answers[2].SetResult([fixture.Event(1, "x"), fixture.Event(2, "x")]);
        Assert.Equal(2, (await later).Length);
        Assert.Equal(2, (await pages.GetAsync(1, refresh: false)).Length);
        Assert.Equal(3, reads);
    }

    [Fact]
    public async Task Pages_are_shared_as_far_as_the_budget_goes_and_read_again_beyond_it()
    {
        using var fixture = new LoopFixture();
        var time = new FakeTimeProvider();
        var size = fixture.Event(1, "x").Size;
        var budget = new PageBudget(2 * size);
        var reads = 0;
        LogPages New() => new(
            (after, _) =>
            {
                reads++;
                return Task.FromResult<HubEvent[]>([fixture.Event(after + 1, "x")]);
            },
            budget,
            time);
        var one = New();
        var other = New();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, Assert.Single(await one.GetAsync(1, refresh: false)).Position.Sequence);
            Assert.Equal(257, Assert.Single(await other.GetAsync(300, refresh: false)).Position.Sequence);
        }

        Assert.Equal(2, reads);
        Assert.Equal(2 * size, budget.Bytes);

        // Of all channels together: what does not fit is handed on, and not kept.
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(513, Assert.Single(await one.GetAsync(513, refresh: false)).Position.Sequence);
        }

        Assert.Equal(5, reads);
        Assert.Equal(1, one.Count);
        Assert.Equal(2 * size, budget.Bytes);

        // What nobody asked for lately makes room.
        time.Advance(TimeSpan.FromSeconds(11));
        other.Trim(all: false);
        Assert.Equal(0, other.Count);
        Assert.Equal(size, budget.Bytes);
        Assert.Single(await one.GetAsync(513, refresh: false));
        Assert.Single(await one.GetAsync(513, refresh: false));
        Assert.Equal(6, reads);
        one.Trim(all: true);
        Assert.Equal(0, budget.Bytes);
    }
}
