namespace PushApp.Push.Hub;

/// <summary>
/// Which of a loop's connections get an event with a trace context that is sampled, each of which makes a span in a browser: evenly spread ones, from a random one on. All others get the same bytes but
/// for that flag; what they cost is counted in metrics alone.
/// </summary>
internal struct DeliverySample
{
    private readonly HubEvent _item;
    private readonly int _stride;
    private int _untilNext;

    private DeliverySample(HubEvent item, int stride)
    {
        _item = item;
        _stride = stride;
        _untilNext = stride > 1 ? Random.Shared.Next(stride) : 0;
    }

    /// <param name="item">The event.</param>
    /// <param name="connections">To how many it goes.</param>
    /// <param name="traced">How many of them may be traced.</param>
    public static DeliverySample Of(HubEvent item, int connections, int traced) =>
        !item.IsTraced || connections <= traced ? new(item, 1)
        : traced == 0 ? new(item.Untraced, 1)
        : new(item, (connections + traced - 1) / traced);

    /// <summary>What the next connection gets.</summary>
    public HubEvent Next()
    {
        if (_untilNext == 0)
        {
            _untilNext = _stride - 1;
            return _item;
        }

        _untilNext--;
        return _item.Untraced;
    }
}
