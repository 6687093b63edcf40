namespace PushApp.Push.Interop;

/// <summary>Since when this node gets every message that is published.</summary>
internal sealed class InteropListening(TimeProvider time)
{
    /// <summary>How long a message may be on its way from the broker to the node that logs it.</summary>
    private static readonly TimeSpan Transit = TimeSpan.FromMilliseconds(100);

    private long _since = long.MaxValue;
    private long _subscribedAt = long.MaxValue;

    /// <summary>Nothing that was published before now comes to this node.</summary>
    public void Subscribing() => Volatile.Write(ref _subscribedAt, time.GetTimestamp());

    /// <summary>From so long from now on.</summary>
    public void Begin(TimeSpan settling) =>
        Volatile.Write(ref _since, time.GetTimestamp() + (long)(settling.TotalSeconds * time.TimestampFrequency));

    /// <summary>The subscription broke.</summary>
    public void End() => Volatile.Write(ref _since, long.MaxValue);

    /// <summary>Whether this node listened, without a break until now, when a message was published that came to another node so long ago.</summary>
    public bool At(TimeSpan ago)
    {
        var since = Volatile.Read(ref _since);
        return since != long.MaxValue && time.GetElapsedTime(since) - ago > Transit;
    }

    /// <summary>Whether this node may have listened then: not before its first subscription, and after that a break is known of only later than it happens.</summary>
    public bool MaybeAt(TimeSpan ago)
    {
        var subscribedAt = Volatile.Read(ref _subscribedAt);
        return subscribedAt != long.MaxValue && time.GetElapsedTime(subscribedAt) >= ago;
    }
}
