using System.Text.RegularExpressions;
using PushApp.Push.Hub;

namespace PushApp.Tests.Unit.Push.Hub;

/// <summary>What a loop does with events that wait for it.</summary>
public sealed class DeliveringTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(16, 1)]
    [InlineData(40, 3)]
    public async Task Events_of_a_channel_that_wait_together_reach_each_connection_in_one_write(int events, int writes)
    {
        using var fixture = new LoopFixture();
        List<NotingWriter> writers = [];
        await fixture.JoinAsync(20, _ =>
        {
            var writer = new NotingWriter();
            writers.Add(writer);
            return writer;
        });
        foreach (var writer in writers)
        {
            writer.Sent.Clear();
        }

        await fixture.TogetherAsync(Enumerable.Range(1, events).Select(i => fixture.Deliver(i, "x")));
        foreach (var writer in writers)
        {
            Assert.InRange(writer.Sent.Count, 1, writes);
            Assert.Equal(Enumerable.Range(1, events), Sequences(writer));
        }
    }

    [Fact]
    public async Task A_loop_that_waits_works_on_the_thread_of_who_wakes_it_here_and_on_the_pools_otherwise()
    {
        using var fixture = new LoopFixture();
        var writer = new NotingWriter();
        await fixture.JoinAsync(1, _ => writer);
        var sequence = 0L;
        var isHere = false;
        for (var attempt = 0; !isHere; attempt++)
        {
            // It may just be about to wait: then the pool has it.
            Assert.True(attempt < 1000, "It never works on the thread of who wakes it.");
            isHere = await DeliverAsync(here: true);
        }

        Assert.False(await DeliverAsync(here: false));
        Assert.Equal(Enumerable.Range(1, (int)sequence), Sequences(writer));

        // On a thread of its own, so that it is seen whether that one did it.
        async Task<bool> DeliverAsync(bool here)
        {
            await fixture.ReachAsync();
            var wrote = false;
            var thread = new Thread(() =>
            {
                _ = fixture.Loop.TryDeliver(fixture.Event(++sequence, "x"), fixture.Channel.Loops[0].Period);
                fixture.Loop.Wake(here);
                wrote = writer.LastThread == Environment.CurrentManagedThreadId;
            });
            thread.Start();
            thread.Join();
            await fixture.ReachAsync();
            return wrote;
        }
    }

    [Fact]
    public async Task Whoever_wakes_a_loop_here_does_one_item_and_nothing_of_what_comes_meanwhile()
    {
        using var fixture = new LoopFixture();
        var writer = new NotingWriter();
        var connection = Assert.Single(await fixture.JoinAsync(1, _ => writer));
        var asGuest = 0;
        Thread? writing = null;
        writer.Flushing = () =>
        {
            Volatile.Write(ref writing, Thread.CurrentThread);
            fixture.Loop.Wake(here: false);
        };

        // What comes at any moment between an item's end and the loop's waiting for the next.
        for (var attempt = 1; attempt <= 3000; attempt++)
        {
            await fixture.ReachAsync();
            writing = null;
            Thread? working = null;
            var guest = new Thread(() =>
            {
                _ = fixture.Loop.TryDeliver(fixture.Event(attempt, "x"), fixture.Channel.Loops[0].Period);
                fixture.Loop.Wake(here: true);
            });
            guest.Start();
            while (Volatile.Read(ref writing) is null)
            {
                Thread.SpinWait(1);
            }

            Thread.SpinWait(attempt % 100);
            fixture.Loop.Post(LoopItem.Run(connection, () => working = Thread.CurrentThread));
            guest.Join();
            await fixture.ReachAsync();
            Assert.NotNull(working);
            if (writing == guest)
            {
                // Else it was not waiting yet, and the guest came for what followed.
                asGuest++;
                Assert.NotSame(guest, working);
            }
        }

        Assert.True(asGuest > 0, "It never works on the thread of who wakes it.");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    [InlineData(4, true)]
    public async Task A_connection_that_cannot_be_written_to_is_cut_off_and_the_others_get_all(int events, bool isQueued)
    {
        using var fixture = new LoopFixture();
        var writers = Enumerable.Range(0, 3).Select(_ => new NotingWriter()).ToArray();
        var next = 0;
        var connections = await fixture.JoinAsync(3, _ => writers[next++]);
        writers[0].Flushing = writers[1].Flushing = static () => throw new InvalidOperationException("It fails.");
        var items = Enumerable.Range(1, events).Select(i => fixture.Deliver(i, "x"));
        await fixture.TogetherAsync(isQueued ? [.. items, LoopItem.Run(connections[2], static () => { })] : items);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(PushApp.Push.Hub.CloseReason.Slow, await connections[i].Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.True(writers[i].WasAborted);
        }

        fixture.Loop.Post(fixture.Deliver(events + 1, "x"));
        await fixture.ReachAsync();
        Assert.Equal(Enumerable.Range(1, events + 1), Sequences(writers[2]));

        // And the one that was there to see it.
        Assert.Equal(2, fixture.Loop.ConnectionCount);
    }

    [Fact]
    public async Task Whoever_is_ahead_or_comes_in_between_gets_what_is_theirs()
    {
        using var fixture = new LoopFixture();
        var (early, late) = (new NotingWriter(), new NotingWriter());
        await fixture.JoinAsync(1, _ => early);
        var ahead = Assert.Single(await fixture.JoinAsync(1, _ => new NotingWriter()));
        var subscription = Assert.Single(ahead.Subscriptions);
        subscription.State = SubscriptionState.Ahead;
        subscription.Position = fixture.Event(3, "x").Position;
        var joining = fixture.Connection(_ => late);
        await fixture.TogetherAsync(
        [
            .. Enumerable.Range(1, 5).Select(i => fixture.Deliver(i, "x")),
            LoopItem.Join(joining),
            .. Enumerable.Range(6, 5).Select(i => fixture.Deliver(i, "x")),
        ]);
        Assert.Equal(Enumerable.Range(1, 10), Sequences(early));
        Assert.Equal(Enumerable.Range(4, 7), Sequences((NotingWriter)ahead.Writer));
        Assert.Equal(Enumerable.Range(6, 5), Sequences(late));
    }

    [Fact]
    public async Task A_connection_that_overflows_half_way_is_ended_and_the_others_get_all()
    {
        using var fixture = new LoopFixture(new PushApp.Push.StreamOptions { MaxOutboxBytes = 64 * 1024 });
        var (stuck, good) = (new NotingWriter(), new NotingWriter());
        var connection = Assert.Single(await fixture.JoinAsync(1, _ => stuck));
        await fixture.JoinAsync(1, _ => good);
        stuck.Takes = 0;
        await fixture.TogetherAsync(Enumerable.Range(1, 12).Select(i => fixture.Deliver(i, new string('x', 10_000))));
        Assert.Equal(PushApp.Push.Hub.CloseReason.Slow, await connection.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(Enumerable.Range(1, 12), Sequences(good));
    }

    private static IEnumerable<int> Sequences(NotingWriter writer) =>
        Regex.Matches(string.Concat(writer.Sent), @"event: e\n(?:.+\n)*id: \w+\.(\d+)\.").Select(match => int.Parse(match.Groups[1].Value, null));
}
