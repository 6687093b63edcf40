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
    private const int ReportsAtOnce = 256;

    // The key of the descriptor that ends the wait; the others' begin at 1.
    private const long WakeKey = 0;

    // struct epoll_event is packed on x86-64 and on no other architecture.
    private static readonly int ItemSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, Watched> _watched = [];
    private readonly SystemHandle _epoll;
    private readonly SystemHandle _wake;
    private readonly Thread _thread;
    private long _lastKey;
    private bool _disposed;

    public DescriptorPoller(int index, ILogger logger)
    {
        _logger = logger;
        _epoll = new SystemHandle(Libc.EpollCreate(Libc.CloseOnExec), "epoll_create1");
        _wake = new SystemHandle(Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking), "eventfd");
        Control(Libc.EpollAdd, _wake, Readiness.Readable, WakeKey);
        _thread = new Thread(Run) { IsBackground = true, Name = $"push transport {index}" };
        _thread.UnsafeStart();
    }

    /// <summary>Where its connections send.</summary>
    public SendScheduler Sending { get; } = new();

    /// <summary>Descriptors that it reports. Any thread.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>Descriptors that it holds room for. Any thread.</summary>
    public int Capacity
    {
        get
        {
            lock (_lock)
            {
                return _watched.Capacity;
            }
        }
    }

    /// <summary>Begins to report a descriptor; the key is for <see cref="Change"/> and <see cref="Remove"/>.</summary>
    public long Add(SafeHandle descriptor, IReadinessHandler handler, Readiness interest)
    {
        long key;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            key = ++_lastKey;
            _watched.Add(key, new Watched(handler, descriptor));
        }

        try
        {
            Control(Libc.EpollAdd, descriptor, interest, key);
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
            ObjectDisposedException.ThrowIf(!_watched.ContainsKey(key), descriptor);
            _watched[key] = new Watched(handler, descriptor);
        }

        Control(Libc.EpollModify, descriptor, interest, key);
    }

    /// <summary>Reports it no more. Closing the descriptor takes it out of the epoll; a report that was already fetched finds nobody, as no key is given twice.</summary>
    public void Remove(long key)
    {
        lock (_lock)
        {
            _watched.Remove(key);
            _watched.Shrink();
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
            left = [.. _watched.Values.Select(watched => watched.Descriptor).OfType<Descriptor>()];
        }

        foreach (var descriptor in left)
        {
            descriptor.Dispose();
        }

        _epoll.Dispose();
        _wake.Dispose();
    }

    private void Control(int operation, SafeHandle descriptor, Readiness interest, long key)
    {
        Span<byte> item = stackalloc byte[16];
        MemoryMarshal.Write(item, (uint)interest | EdgeTriggered);
        MemoryMarshal.Write(item[(ItemSize - sizeof(long))..], key);
        if (Libc.EpollControl(_epoll, operation, descriptor, item) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "epoll_ctl failed");
        }
    }

    private IReadinessHandler? Find(long key)
    {
        lock (_lock)
        {
            return _watched.TryGetValue(key, out var watched) ? watched.Handler : null;
        }
    }

    private void Run()
    {
        var items = new byte[ReportsAtOnce * ItemSize];
        while (true)
        {
            var count = Libc.EpollWait(_epoll, items, ReportsAtOnce, -1);
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

    private readonly record struct Watched(IReadinessHandler Handler, SafeHandle Descriptor);

    [LoggerMessage(60, LogLevel.Error, "The transport failed at one connection; it goes on with the others.")]
    private static partial void HandlerFailed(ILogger logger, Exception error);
}
