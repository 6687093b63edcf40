namespace PushApp.Push.Hub;

/// <summary>A channel as one loop sees it. Touched by that loop alone, so that joining, delivering and leaving need no lock.</summary>
internal sealed class LoopChannel
{
    /// <summary>Whether the channel has a position, and the loop a subscription.</summary>
    public bool IsReady { get; set; }

    /// <summary>The last event that this loop has handed on.</summary>
    public Position Position { get; set; }

    /// <summary>The cursor part of <see cref="Position"/>.</summary>
    public byte[] CursorPart { get; set; } = [];

    /// <summary>Names a run of events that were not handed to the loop (<see cref="HubChannel.EndGap"/>); null while there is none. Guarded by the channel, not the loop's.</summary>
    public object? Gap { get; set; }

    /// <summary>
    /// Names the time since the loop has had subscriptions; null while it has none, and is handed nothing. What was queued in another one is not for those who hold the channel now. Changed by the loop under the
    /// channel's lock.
    /// </summary>
    public object? Period { get; private set; }

    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>By the loop, under the channel's lock: it is about to have its first subscription.</summary>
    public void BeginPeriod() => Period = new object();

    /// <summary>Likewise: it has none any more.</summary>
    public void EndPeriod()
    {
        Gap = null;
        Period = null;
    }

    public void Add(Subscription subscription)
    {
        subscription.Index = Subscriptions.Count;
        Subscriptions.Add(subscription);
    }

    /// <returns>Whether it was among them.</returns>
    public bool Remove(Subscription subscription)
    {
        if (subscription.Index < 0)
        {
            return false;
        }

        var last = Subscriptions[^1];
        Subscriptions[subscription.Index] = last;
        last.Index = subscription.Index;
        Subscriptions.RemoveAt(Subscriptions.Count - 1);
        Subscriptions.Shrink();
        subscription.Index = -1;
        return true;
    }
}
