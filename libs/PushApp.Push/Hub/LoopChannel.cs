namespace PushApp.Push.Hub;

/// <summary>A channel as one loop sees it. Touched by that loop alone, so that joining, delivering and leaving need no lock.</summary>
internal sealed class LoopChannel
{
    /// <summary>Whether the channel has a position.</summary>
    public bool IsReady { get; set; }

    /// <summary>The last event that this loop has handed on.</summary>
    public Position Position { get; set; }

    /// <summary>The cursor part of <see cref="Position"/>.</summary>
    public byte[] CursorPart { get; set; } = [];

    /// <summary>Names a run of events that were not handed to the loop (<see cref="HubChannel.EndGap"/>); null while there is none. Guarded by the channel, not the loop's.</summary>
    public object? Gap { get; set; }

    public List<Subscription> Subscriptions { get; } = [];

    public void Add(Subscription subscription)
    {
        subscription.Index = Subscriptions.Count;
        Subscriptions.Add(subscription);
    }

    public void Remove(Subscription subscription)
    {
        if (subscription.Index < 0)
        {
            return;
        }

        var last = Subscriptions[^1];
        Subscriptions[subscription.Index] = last;
        last.Index = subscription.Index;
        Subscriptions.RemoveAt(Subscriptions.Count - 1);
        Subscriptions.Shrink();
        subscription.Index = -1;
    }
}
