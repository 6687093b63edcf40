namespace PushApp.Push.Presence;

/// <summary>One connection's part in a member of this node.</summary>
internal sealed class PresenceEntry(PresenceTable table, LocalChannel channel, LocalMember member, PresenceState state) : IPresenceEntry
{
    public ChannelName Channel => LocalChannel.Name;

    public string UserName => Member.UserName;

    public LocalChannel LocalChannel { get; } = channel;

    public LocalMember Member { get; } = member;

    public PresenceState State
    {
        get => Says;
        set => table.SetState(this, value is PresenceState.Online or PresenceState.Away
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A connection is Online or Away; to be offline, dispose of its entry."));
    }

    /// <summary>What it says; under the table's lock.</summary>
    public PresenceState Says { get; set; } = state;

    /// <summary>Whether it counts for its grace alone; under the table's lock.</summary>
    public bool IsLingering { get; set; }

    public void Dispose() => table.Release(this, atOnce: false);

    public void Leave() => table.Release(this, atOnce: true);
}
