using Microsoft.Extensions.Time.Testing;
using PushApp.Push;
using PushApp.Push.Presence;

namespace PushApp.Tests.Unit.Push.Presence;

public sealed class PresenceTableTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly ChannelName Channel = ChannelName.Room("tea");

    private readonly FakeTimeProvider _time = new();
    private readonly PresenceTable _table;

    public PresenceTableTests() => _table = new PresenceTable(Grace, _time);

    [Fact]
    public void A_channel_is_told_whole_first_and_then_what_changed()
    {
        _table.Enter(Channel, "Ann", PresenceState.Online);
        Assert.Equal(["all: ann Online"], Tell());
        _table.Enter(Channel, "bob", PresenceState.Away);
        Assert.Equal(["bob Away"], Tell());
        Assert.Empty(Tell());
    }

    [Fact]
    public void A_second_connection_changes_nothing_and_waits_for_nothing()
    {
        _table.Enter(Channel, "ann", PresenceState.Online);
        Tell();
        var (_, told) = _table.Enter(Channel, "ANN", PresenceState.Away);
        Assert.True(told.IsCompleted);
        Assert.Empty(Tell());
    }

    [Fact]
    public void A_second_connection_waits_as_long_as_the_first_is_not_told()
    {
        _table.Enter(Channel, "ann", PresenceState.Online);
        var pending = Assert.Single(_table.TakePending());
        var (_, told) = _table.Enter(Channel, "ann", PresenceState.Online);
        Assert.False(told.IsCompleted);
        _table.Told(pending);
        Assert.True(told.IsCompleted);
    }

    [Fact]
    public void The_last_connection_counts_until_its_grace_is_over()
    {
        var (entry, _) = _table.Enter(Channel, "ann", PresenceState.Online);
        Tell();
        entry.Dispose();
        entry.Dispose();
        Assert.Equal(Grace, _table.EndGrace());
        _time.Advance(Grace - TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), _table.EndGrace());
        Assert.Empty(Tell());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_table.EndGrace());
        Assert.Equal(["ann Offline"], Tell());
    }

    [Fact]
    public void Who_is_back_within_the_grace_is_told_nothing_of()
    {
        var (entry, _) = _table.Enter(Channel, "ann", PresenceState.Online);
        Tell();
        entry.Dispose();
        _table.Enter(Channel, "ann", PresenceState.Online);
        _time.Advance(Grace);
        Assert.Null(_table.EndGrace());
        Assert.Empty(Tell());
    }

    [Fact]
    public void Leaving_needs_no_grace_even_while_it_runs()
    {
        var (entry, _) = _table.Enter(Channel, "ann", PresenceState.Online);
        Tell();
        entry.Dispose();
        entry.Leave();
        Assert.Equal(["ann Offline"], Tell());
        entry.State = PresenceState.Away;
        Assert.Empty(Tell());
    }

    [Fact]
    public async Task What_was_not_told_is_told_whole_and_who_waits_waits_on()
    {
        var (_, told) = _table.Enter(Channel, "ann", PresenceState.Online);
        var pending = Assert.Single(_table.TakePending());
        _table.Enter(Channel, "bob", PresenceState.Online);
        _table.NotTold(pending);
        Assert.False(told.IsCompleted);
        Assert.Equal(["all: ann Online, bob Online"], Tell());
        await told.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_change_while_the_broker_is_told_is_told_after()
    {
        var (entry, _) = _table.Enter(Channel, "ann", PresenceState.Online);
        var pending = Assert.Single(_table.TakePending());
        entry.Leave();
        Assert.False(_table.Told(pending));
        Assert.Equal(["ann Offline"], Tell());

        // Forgotten with its last member: told whole when somebody comes again.
        _table.Enter(Channel, "bob", PresenceState.Online);
        Assert.Equal(["all: bob Online"], Tell());
    }

    private List<string> Tell()
    {
        var told = new List<string>();
        foreach (var pending in _table.TakePending())
        {
            told.Add((pending.AreAll ? "all: " : "") + string.Join(", ", pending.Members.Select(member => $"{member.Field} {member.State}")));
            _table.Told(pending);
        }

        return told;
    }
}
