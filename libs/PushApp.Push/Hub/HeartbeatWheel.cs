namespace PushApp.Push.Hub;

/// <summary>
/// When each of a loop's connections is to be looked at next: a ring of slots, one a second, so that a second costs what is due and not what is open. Sending sets nothing anew: a connection comes up
/// where its time was when it was set, and who looks at it then sets it by when something was last sent. For its loop alone.
/// </summary>
internal sealed class HeartbeatWheel
{
    /// <summary>Seconds of a round; who is due after more comes up in between, and is set again.</summary>
    public const int Slots = 64;

    private readonly HubConnection?[] _slots = new HubConnection?[Slots];
    private readonly TimeProvider _time;
    private readonly long _started;
    private long _second;

    public HeartbeatWheel(TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
    }

    /// <summary>Connections that lie in it.</summary>
    public int Count { get; private set; }

    /// <summary>Sets, or sets anew, when a connection comes up: not more than a second before its time, and not after the second it falls into.</summary>
    public void Set(HubConnection connection, long now, TimeSpan remaining)
    {
        Clear(connection);
        var second = Math.Max(_second + 1, SecondOf(now, remaining));
        var slot = (int)(Math.Min(second, _second + Slots - 1) % Slots);
        connection.Heartbeat = new HeartbeatLink { IsSet = true, Slot = slot, Next = _slots[slot] };
        if (_slots[slot] is { } next)
        {
            next.Heartbeat.Previous = connection;
        }

        _slots[slot] = connection;
        Count++;
    }

    public void Clear(HubConnection connection)
    {
        ref var link = ref connection.Heartbeat;
        if (!link.IsSet)
        {
            return;
        }

        if (link.Previous is null)
        {
            _slots[link.Slot] = link.Next;
        }
        else
        {
            link.Previous.Heartbeat.Next = link.Next;
        }

        if (link.Next is not null)
        {
            link.Next.Heartbeat.Previous = link.Previous;
        }

        link = default;
        Count--;
    }

    /// <summary>Takes out whatever has come up by now, with whom it is called.</summary>
    public void Collect(long now, List<HubConnection> due)
    {
        var second = SecondOf(now, TimeSpan.Zero);
        for (var i = 0; i < Slots && _second < second; i++)
        {
            _second++;
            while (_slots[_second % Slots] is { } connection)
            {
                Clear(connection);
                due.Add(connection);
            }
        }

        _second = Math.Max(_second, second);
    }

    private long SecondOf(long now, TimeSpan remaining) => (_time.GetElapsedTime(_started, now) + remaining).Ticks / TimeSpan.TicksPerSecond;
}

/// <summary>Where a connection lies in its loop's <see cref="HeartbeatWheel"/>, which alone touches it.</summary>
internal struct HeartbeatLink
{
    public HubConnection? Previous;
    public HubConnection? Next;
    public int Slot;
    public bool IsSet;
}
