namespace PushApp.Push.Presence;

/// <summary>The members that a channel has by this node, and what of that the broker has yet to be told. Under the table's lock.</summary>
internal sealed class LocalChannel(ChannelName name)
{
    public ChannelName Name { get; } = name;

    public Dictionary<string, LocalMember> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>Whose state was changed since the broker was told.</summary>
    public HashSet<LocalMember> Changed { get; } = [];

    /// <summary>Whether the broker is to be told everything, as nothing is known of what it has.</summary>
    public bool IsUntold { get; set; } = true;

    /// <summary>Whether the broker is being told.</summary>
    public bool IsBeingTold { get; set; }

    public bool IsPending => IsUntold || Changed.Count > 0;

    /// <summary>Completes when all that was changed until it was taken is told.</summary>
    public TaskCompletionSource Told { get; set; } = NewSource();

    public static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What is to be told of a channel.</summary>
internal sealed record PendingChannel(LocalChannel Channel, IReadOnlyList<MemberUpdate> Members, bool AreAll, TaskCompletionSource Told);
