namespace PushApp.Dashboard.Store;

/// <summary>The newest of a stream of things, bounded in number and in bytes. Not thread-safe: its owner locks.</summary>
internal sealed class BoundedQueue<T>(int maxCount, long maxBytes, Action<T>? dropped = null)
{
    private readonly Queue<(T Item, int Bytes)> _items = new();
    private long _bytes;
    private long _received;
    private long _droppedCount;

    public StoreCounts Counts => new(_received, _droppedCount, _items.Count);

    public IEnumerable<T> Items => _items.Select(i => i.Item);

    public void Add(T item, int bytes)
    {
        _received++;
        _items.Enqueue((item, bytes));
        _bytes += bytes;
        while (_items.Count > maxCount || (_bytes > maxBytes && _items.Count > 1))
        {
            var (oldest, size) = _items.Dequeue();
            _bytes -= size;
            _droppedCount++;
            dropped?.Invoke(oldest);
        }
    }

    /// <summary>Something that never got here.</summary>
    public void Refuse()
    {
        _received++;
        _droppedCount++;
    }

    public void RemoveWhere(Func<T, bool> predicate)
    {
        var kept = _items.Where(i => !predicate(i.Item)).ToList();
        _items.Clear();
        _bytes = 0;
        foreach (var item in kept)
        {
            _items.Enqueue(item);
            _bytes += item.Bytes;
        }
    }
}
