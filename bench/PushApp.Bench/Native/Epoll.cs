using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PushApp.Bench.Native;

/// <summary>
/// Edge-triggered readiness of many descriptors: epoll(7). Level-triggered, the kernel asks each descriptor once more after it was read, for every delivery.
/// One thread at a time.
/// </summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const uint Readable = 1;
    private const uint EdgeTriggered = 1u << 31;
    private const int OperationAdd = 1;
    private const int OperationDelete = 2;
    private const int Capacity = 512;

    // struct epoll_event is packed on x86-64 and on no other architecture.
    private static readonly int ItemSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _descriptor;
    private byte* _items;

    public Epoll()
    {
        _descriptor = Libc.EpollCreate(Libc.SocketCloseOnExec);
        if (_descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_create1 failed");
        }

        _items = (byte*)NativeMemory.Alloc((nuint)(Capacity * ItemSize));
    }

    /// <summary>Reports a descriptor each time something has arrived; it is then to be read until nothing is left.</summary>
    public void AddReadable(int descriptor, int key)
    {
        var item = stackalloc byte[16];
        Unsafe.WriteUnaligned(item, Readable | EdgeTriggered);
        Unsafe.WriteUnaligned(item + ItemSize - 8, (long)key);
        if (Libc.EpollControl(_descriptor, OperationAdd, descriptor, item) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_ctl failed");
        }
    }

    /// <summary>Reports it no more.</summary>
    public void Remove(int descriptor)
    {
        if (Libc.EpollControl(_descriptor, OperationDelete, descriptor, null) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_ctl failed");
        }
    }

    /// <summary>Waits until something is ready; 0 when the time is over.</summary>
    public int Wait(int timeoutMilliseconds)
    {
        var count = Libc.EpollWait(_descriptor, _items, Capacity, timeoutMilliseconds);
        if (count >= 0)
        {
            return count;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Libc.ErrorInterrupted ? 0 : throw new Win32Exception(error, "epoll_wait failed");
    }

    /// <summary>The key that the ready descriptor was added with.</summary>
    public int Key(int index) => (int)Unsafe.ReadUnaligned<long>(_items + (index * ItemSize) + ItemSize - 8);

    public void Dispose()
    {
        if (_items is not null)
        {
            _ = Libc.Close(_descriptor);
            NativeMemory.Free(_items);
            _items = null;
        }
    }
}
