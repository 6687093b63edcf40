using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace PushApp.Push.Transport;

/// <summary>
/// Waits, on a thread of its own, for the readiness of many descriptors: epoll(7), edge-triggered, so that a connection is registered once and costs no further call
/// while it is served. Handlers find out by trying: a stale or needless report does no harm.
/// </summary>
internal sealed partial class DescriptorPoller : IDisposable
{
    private const uint EdgeTriggered = 1u << 31;
    private const int Capacity = 256;

    // The key of the descriptor that ends the wait; slots begin at 1.
    private const long WakeKey = 0;

    // struct epoll_event is packed on x86-64 and on no other architecture.
    private static readonly int ItemSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly int _epoll;
    private readonly int _wake;
    private readonly Thread _thread;
    private Slot[] _slots = new Slot[64];
    private int _used = 1;
    private bool _disposed;

    public DescriptorPoller(int index, ILogger logger)
    {
        _logger = logger;
        _epoll = Check(Libc.EpollCreate(Libc.CloseOnExec), "epoll_create1");
        _wake = Check(Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking), "eventfd");
        Span<byte> item = stackalloc byte[16];
        Format(item, Readiness.Readable, WakeKey);
        Check(Libc.EpollControl(_epoll, Libc.EpollAdd, _wake, item), "epoll_ctl");
        _thread = new Thread(Run) { IsBackground = true, Name = $"push transport {index}" };
        _thread.UnsafeStart();
    }

    /// <summary>Begins to report a descriptor; the key is for <see cref="Change"/> and <see cref="Remove"/>.</summary>
    public long Add(SafeHandle descriptor, IReadinessHandler handler, Readiness interest)
    {
        var key = Take(descriptor, handler);
        Span<byte> item = stackalloc byte[16];
        Format(item, interest, key);
        try
        {
            Control(Libc.EpollAdd, descriptor, item);
        }
        catch
        {
            Remove(key);
            throw;
        }

        return key;
    }

    /// <summary>Reports a descriptor to another handler, beginning with what it is ready for now.</summary>
    public void Change(long key, SafeHandle descriptor, IReadinessHandler handler, Readiness interest)
    {
        lock (_lock)
        {
            ref var slot = ref _slots[SlotOf(key)];
            ObjectDisposedException.ThrowIf(slot.Generation != GenerationOf(key), descriptor);
            slot.Handler = handler;
        }

        Span<byte> item = stackalloc byte[16];
        Format(item, interest, key);
        Control(Libc.EpollModify, descriptor, item);
    }

    /// <summary>Reports it no more. Closing the descriptor takes it out of the epoll; a report that was already fetched finds its slot's generation gone.</summary>
    public void Remove(long key)
    {
        lock (_lock)
        {
            ref var slot = ref _slots[SlotOf(key)];
            if (slot.Generation == GenerationOf(key))
            {
                slot.Handler = null;
                slot.Descriptor = null;
                slot.Generation++;
                _free.Push(SlotOf(key));
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        Span<byte> one = stackalloc byte[8];
        one[0] = 1;
        _ = Libc.Write(_wake, one, one.Length);
        _thread.Join();

        // What is still open ends with the transport, as the server would cut it.
        SafeHandle[] left;
        lock (_lock)
        {
            left = [.. _slots.Select(slot => slot.Descriptor).OfType<Descriptor>()];
        }

        foreach (var descriptor in left)
        {
            descriptor.Dispose();
        }

        // Nobody uses the number after this: who asks for it sees that it is disposed.
        _ = Libc.Close(_epoll);
        _ = Libc.Close(_wake);
    }

    private static int SlotOf(long key) => (int)(uint)key;

    private static int GenerationOf(long key) => (int)(key >> 32);

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call} failed");

    private static void Format(Span<byte> item, Readiness interest, long key)
    {
        MemoryMarshal.Write(item, (uint)interest | EdgeTriggered);
        MemoryMarshal.Write(item[(ItemSize - sizeof(long))..], key);
    }

    private void Control(int operation, SafeHandle descriptor, ReadOnlySpan<byte> item)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Check(Libc.EpollControl(_epoll, operation, descriptor, item), "epoll_ctl");
        }
    }

    private long Take(SafeHandle descriptor, IReadinessHandler handler)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var index))
            {
                index = _used++;
                if (index == _slots.Length)
                {
                    Array.Resize(ref _slots, index * 2);
                }
            }

            ref var slot = ref _slots[index];
            slot.Handler = handler;
            slot.Descriptor = descriptor;
            return ((long)slot.Generation << 32) | (uint)index;
        }
    }

    private IReadinessHandler? Find(long key)
    {
        lock (_lock)
        {
            ref var slot = ref _slots[SlotOf(key)];
            return slot.Generation == GenerationOf(key) ? slot.Handler : null;
        }
    }

    private void Run()
    {
        var items = new byte[Capacity * ItemSize];
        while (true)
        {
            var count = Libc.EpollWait(_epoll, items, Capacity, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() is var error and not Libc.ErrorInterrupted)
            {
                throw new Win32Exception(error, "epoll_wait failed");
            }

            for (var i = 0; i < count; i++)
            {
                var item = items.AsSpan(i * ItemSize, ItemSize);
                var key = MemoryMarshal.Read<long>(item[(ItemSize - sizeof(long))..]);
                if (key == WakeKey)
                {
                    return;
                }

                try
                {
                    Find(key)?.OnReady((Readiness)MemoryMarshal.Read<uint>(item));
                }
                catch (Exception failure)
                {
                    // One connection must not end the thread, which many wait for.
                    HandlerFailed(_logger, failure);
                }
            }
        }
    }

    private struct Slot
    {
        public IReadinessHandler? Handler;
        public SafeHandle? Descriptor;
        public int Generation;
    }

    [LoggerMessage(60, LogLevel.Error, "The transport failed at one connection; it goes on with the others.")]
    private static partial void HandlerFailed(ILogger logger, Exception error);
}
