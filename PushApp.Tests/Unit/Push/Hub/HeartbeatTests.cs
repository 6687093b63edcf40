using PushApp.Push;
using PushApp.Push.Hub;

namespace PushApp.Tests.Unit.Push.Hub;

public sealed class HeartbeatTests
{
    [Fact]
    public async Task A_second_costs_the_heartbeats_that_are_due_and_not_the_connections_that_are_open()
    {
        using var fixture = new LoopFixture();
        const int Count = 600;
        List<NotingWriter> writers = [];
        for (var i = 0; i < 15; i++)
        {
            await fixture.JoinAsync(Count / 15, Noting(writers));
            await fixture.PassAsync(1);
        }

        var before = fixture.Loop.HeartbeatVisits;
        foreach (var writer in writers)
        {
            writer.Sent.Clear();
        }

        await fixture.PassAsync(60);
        Assert.All(writers, writer => Assert.Equal([":\n\n", ":\n\n", ":\n\n", ":\n\n"], writer.Sent));
        Assert.InRange(fixture.Loop.HeartbeatVisits - before, 4 * Count, 5 * Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(300)]
    public async Task A_heartbeat_comes_when_nothing_was_sent_for_so_long(int interval)
    {
        using var fixture = new LoopFixture(new StreamOptions { HeartbeatInterval = TimeSpan.FromSeconds(interval) });
        List<NotingWriter> writers = [];
        await fixture.JoinAsync(1, Noting(writers));
        var writer = Assert.Single(writers);
        Assert.Single(writer.Sent);
        await fixture.PassAsync(interval - 1);
        fixture.Loop.Post(fixture.Deliver(1, "one"));
        await fixture.ReachAsync();
        Assert.Equal(2, writer.Sent.Count);
        await fixture.PassAsync(interval - 1);
        Assert.Equal(2, writer.Sent.Count);
        await fixture.PassAsync(1);
        Assert.Equal(3, writer.Sent.Count);
        await fixture.PassAsync(interval);
        Assert.Equal(4, writer.Sent.Count);
    }

    [Fact]
    public async Task A_client_that_was_busy_for_a_moment_gets_its_heartbeat_an_interval_after_that()
    {
        using var fixture = new LoopFixture();
        List<NotingWriter> writers = [];
        var connections = await fixture.JoinAsync(1, Noting(writers));
        await fixture.PassAsync(14);
        writers[0].Takes = 0;
        fixture.Loop.Post(fixture.Deliver(1, "one"));
        await fixture.PassAsync(1);
        writers[0].Takes = int.MaxValue;
        fixture.Loop.Post(LoopItem.Flushed(connections[0]));
        await fixture.ReachAsync();
        Assert.NotEqual(":\n\n", writers[0].Sent.Last());

        await fixture.PassAsync(16);
        Assert.Equal(":\n\n", writers[0].Sent.Last());
    }

    [Fact]
    public async Task An_event_larger_than_what_may_wait_reaches_a_client_that_takes_it_in_pieces()
    {
        using var fixture = new LoopFixture(new StreamOptions { MaxOutboxBytes = 4096 });
        List<NotingWriter> writers = [];
        var connections = await fixture.JoinAsync(1, Noting(writers));
        writers[0].Takes = 1000;
        fixture.Loop.Post(fixture.Deliver(1, new string('x', 20_000)));
        await fixture.ReachAsync();
        Assert.EndsWith("\n\n", writers[0].Sent.Last(), StringComparison.Ordinal);
        Assert.True(writers[0].PendingBytes > 4096);

        writers[0].Takes = int.MaxValue;
        fixture.Loop.Post(LoopItem.Flushed(connections[0]));
        fixture.Loop.Post(fixture.Deliver(2, "two"));
        await fixture.ReachAsync();
        Assert.Contains("data: two\n", writers[0].Sent.Last(), StringComparison.Ordinal);
        Assert.False(connections[0].Completion.IsCompleted);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_for_two_heartbeats_is_dropped_and_one_that_takes_something_is_not()
    {
        using var fixture = new LoopFixture();
        List<NotingWriter> writers = [];
        var connections = await fixture.JoinAsync(2, Noting(writers));
        writers[0].Takes = writers[1].Takes = 0;
        fixture.Loop.Post(fixture.Deliver(1, "one"));
        await fixture.ReachAsync();
        await fixture.PassAsync(29);
        writers[1].Takes = 1;
        fixture.Loop.Post(LoopItem.Flushed(connections[1]));
        await fixture.PassAsync(1);
        Assert.Equal(CloseReason.Slow, await connections[0].Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(writers[0].WasAborted);
        await fixture.PassAsync(28);
        Assert.False(connections[1].Completion.IsCompleted);
        await fixture.PassAsync(2);
        Assert.Equal(CloseReason.Slow, await connections[1].Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(0, fixture.Loop.HeartbeatCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_client_that_stops_taking_late_in_an_interval_has_two_of_them_from_there(int events)
    {
        using var fixture = new LoopFixture();
        List<NotingWriter> writers = [];
        var connections = await fixture.JoinAsync(1, Noting(writers));
        await fixture.PassAsync(14);
        writers[0].Takes = 0;

        // Sent by itself, and flushed with others.
        await fixture.TogetherAsync(Enumerable.Range(1, events).Select(i => fixture.Deliver(i, "x")));
        Assert.True(connections[0].IsBusy);
        await fixture.PassAsync(29);
        Assert.False(connections[0].Completion.IsCompleted);
        await fixture.PassAsync(1);
        Assert.Equal(CloseReason.Slow, await connections[0].Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_connection_that_a_flush_finds_broken_ends_there_and_waits_for_no_heartbeat()
    {
        using var fixture = new LoopFixture();
        List<NotingWriter> writers = [];
        var connections = await fixture.JoinAsync(3, Noting(writers));
        writers[1].IsClosed = true;
        fixture.Loop.Post(fixture.Deliver(1, "one"));
        Assert.Equal(CloseReason.Client, await connections[1].Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await fixture.ReachAsync();
        Assert.Equal(2, fixture.Loop.ConnectionCount);
        Assert.Equal(2, fixture.Loop.HeartbeatCount);
        Assert.Contains("data: one\n", writers[2].Sent.Last(), StringComparison.Ordinal);
    }

    private static Func<HubConnection, IStreamWriter> Noting(List<NotingWriter> writers) => _ =>
    {
        writers.Add(new NotingWriter());
        return writers[^1];
    };
}
