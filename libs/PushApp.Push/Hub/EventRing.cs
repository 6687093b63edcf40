namespace PushApp.Push.Hub;

/// <summary>
/// A channel's newest events on this node, consecutive and linked, for those who resume or lag. Bounded by count and bytes. Not thread-safe.
/// </summary>
internal sealed class EventRing
{
    public const int MaxEvents = 256;
    public const int MaxBytes = 1024 * 1024;

    private readonly Queue<HubEvent> _events = new();
    private HubEvent[] _bySequence = new HubEvent[8];
    private long _bytes;
    private long _first = 1;

    /// <summary>The sequence of the oldest event.</summary>
    public long FirstSequence => _first;

    public int Count => _events.Count;

    /// <summary>Appends the event that follows the newest.</summary>
    public void Add(HubEvent item)
    {
        if (_events.Count == 0)
        {
            _first = item.Position.Sequence;
        }

        if (_events.Count == _bySequence.Length)
        {
            Grow();
        }

        _events.Enqueue(item);
        _bySequence[item.Position.Sequence % _bySequence.Length] = item;
        _bytes += item.Size;
        while (_events.Count > 1 && (_events.Count > MaxEvents || _bytes > MaxBytes))
        {
            var dropped = _events.Dequeue();
            _bySequence[dropped.Position.Sequence % _bySequence.Length] = null!;
            _bytes -= dropped.Size;
            _first = dropped.Position.Sequence + 1;
        }
    }

    public void Clear()
    {
        _events.Clear();
        Array.Clear(_bySequence);
        _bytes = 0;
    }

    public HubEvent? Find(long sequence) =>
        _events.Count > 0 && sequence >= _first && sequence < _first + _events.Count ? _bySequence[sequence % _bySequence.Length] : null;

    private void Grow()
    {
        var larger = new HubEvent[Math.Min(_bySequence.Length * 2, MaxEvents + 1)];
        foreach (var item in _events)
        {
            larger[item.Position.Sequence % larger.Length] = item;
        }

        _bySequence = larger;
    }
}
