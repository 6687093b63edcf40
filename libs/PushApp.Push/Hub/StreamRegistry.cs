namespace PushApp.Push.Hub;

/// <summary>The open streams of this node, from before they are authorised, so that no change of access falls between. Thread-safe.</summary>
internal sealed class StreamRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, IOpenStream> _streams = [];

    /// <summary>Whether an endpoint is mapped that streams channels. A process that only publishes has none.</summary>
    public bool IsMapped { get; set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Streams that it holds room for.</summary>
    public int Capacity
    {
        get
        {
            lock (_lock)
            {
                return _streams.Capacity;
            }
        }
    }

    /// <summary>Those that are open now; a list of its own.</summary>
    public ICollection<IOpenStream> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _streams.Values];
            }
        }
    }

    /// <summary>Adds those that are open now, and of which something is so, to a list. Leaves nothing behind, however often it is called.</summary>
    public void AddTo(List<IOpenStream> list, Predicate<IOpenStream> isWanted)
    {
        lock (_lock)
        {
            foreach (var stream in _streams.Values)
            {
                if (isWanted(stream))
                {
                    list.Add(stream);
                }
            }
        }
    }

    public void Add(IOpenStream stream)
    {
        lock (_lock)
        {
            _streams[stream.Id] = stream;
        }
    }

    public void Remove(IOpenStream stream)
    {
        lock (_lock)
        {
            _streams.Remove(stream.Id);
            _streams.Shrink();
        }
    }
}
