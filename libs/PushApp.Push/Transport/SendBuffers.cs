using System.Buffers;

namespace PushApp.Push.Transport;

/// <summary>
/// The buffers in which a fan-out loop puts together what it sends: rented for a connection between its first write and the end of its flush. Last in, first out: while
/// clients keep up, one warm buffer serves them all. For its loop alone.
/// </summary>
internal sealed class SendBuffers
{
    /// <summary>A frame of an event with its cursor, several times over.</summary>
    public const int Size = 2048;

    // What a quiet loop keeps, and what a burst leaves it until then: 64 KiB and 16 MiB.
    private const int KeptQuiet = 32;
    private const int KeptBusy = 8192;

    private readonly Stack<byte[]> _free = new();
    private int _leastFree;

    public byte[] Rent(int size)
    {
        if (size > Size)
        {
            return ArrayPool<byte>.Shared.Rent(size);
        }

        var buffer = _free.TryPop(out var free) ? free : GC.AllocateUninitializedArray<byte>(Size);
        _leastFree = Math.Min(_leastFree, _free.Count);
        return buffer;
    }

    public void Return(byte[] buffer)
    {
        if (buffer.Length > Size)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        else if (_free.Count < KeptBusy)
        {
            _free.Push(buffer);
        }
    }

    /// <summary>Lets go of what was not needed since the last time.</summary>
    public void Trim()
    {
        for (var i = Math.Min(_leastFree, _free.Count - KeptQuiet); i > 0; i--)
        {
            _free.Pop();
        }

        _free.TrimExcess();
        _leastFree = _free.Count;
    }
}
