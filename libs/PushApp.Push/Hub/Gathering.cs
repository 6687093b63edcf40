namespace PushApp.Push.Hub;

/// <summary>
/// Says how long a loop that is kept busy lets events come together before it writes again. Whoever publishes the next event when an earlier one has arrived sends several at once after a write of several, and a single one after a
/// single one: begun at once, with the first of them, each write would hold one event or few, for ever. Where nothing came together last time, nothing waits.
/// </summary>
internal struct Gathering
{
    // An eighth of the last write may pass: what a client notices of that is little, and what it saves is a call for each connection.
    private const int Share = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(2);

    private int _events;
    private TimeSpan _took;

    /// <summary>What was written together last.</summary>
    /// <param name="events">How many events.</param>
    /// <param name="took">How long it took to write them to all connections.</param>
    public void Wrote(int events, TimeSpan took)
    {
        _events = events;
        _took = took;
    }

    /// <summary>How long to wait: whole milliseconds, as timers know no less; at most two, and none where as much waits as was written last.</summary>
    /// <param name="waiting">How much waits already.</param>
    public readonly TimeSpan Wait(int waiting)
    {
        if (waiting >= _events)
        {
            return TimeSpan.Zero;
        }

        var wait = TimeSpan.FromMilliseconds((long)_took.TotalMilliseconds / Share);
        return wait < Longest ? wait : Longest;
    }
}
