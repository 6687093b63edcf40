namespace PushApp.SocketIO.Engine.Packets;

/// <summary>Packets that wait, first in, first out. Holds no memory while it is empty. Not thread-safe; a field, never a copy.</summary>
internal struct PacketQueue
{
    private EnginePacket?[]? _items;
    private int _head;

    public int Count { get; private set; }

    /// <summary>The sizes of the packets that wait, added up.</summary>
    public long Bytes { get; private set; }

    public void Enqueue(EnginePacket packet)
    {
        if (_items is null)
        {
            _items = new EnginePacket?[4];
        }
        else if (Count == _items.Length)
        {
            var larger = new EnginePacket?[Count * 2];
            for (var i = 0; i < Count; i++)
            {
                larger[i] = _items[(_head + i) & (_items.Length - 1)];
            }

            _items = larger;
            _head = 0;
        }

        _items[(_head + Count) & (_items.Length - 1)] = packet;
        Count++;
        Bytes += packet.Size;
    }

    public bool TryDequeue(out EnginePacket packet)
    {
        if (Count == 0)
        {
            packet = null!;
            return false;
        }

        packet = _items![_head]!;
        _items[_head] = null;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        Bytes -= packet.Size;
        if (Count == 0)
        {
            _items = null;
            _head = 0;
        }

        return true;
    }

    /// <summary>Takes everything, with one more packet at the end where one is given.</summary>
    public EnginePacket[] TakeAll(EnginePacket? last = null)
    {
        var taken = new EnginePacket[Count + (last is null ? 0 : 1)];
        for (var i = 0; TryDequeue(out var packet); i++)
        {
            taken[i] = packet;
        }

        if (last is not null)
        {
            taken[^1] = last;
        }

        _items = null;
        _head = 0;
        return taken;
    }

    public void Clear() => this = default;
}
