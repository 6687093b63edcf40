namespace PushApp.Push.Inspection;

/// <summary>The newest of something, a fixed number of them. Not thread-safe.</summary>
internal sealed class RecentRing<T>(int capacity)
    where T : class
{
    private readonly T?[] _items = new T?[capacity];
    private long _added;

    /// <summary>How many there were, those that are forgotten too.</summary>
    public long Added => _added;

    /// <summary>Adds one, and gives back the one that is forgotten for it.</summary>
    public T? Add(T item)
    {
        ref var slot = ref _items[_added++ % _items.Length];
        var forgotten = slot;
        slot = item;
        return forgotten;
    }

    /// <summary>From the newest to the oldest.</summary>
    public IEnumerable<T> NewestFirst()
    {
        for (var i = _added - 1; i >= 0 && i >= _added - _items.Length; i--)
        {
            yield return _items[i % _items.Length]!;
        }
    }
}
