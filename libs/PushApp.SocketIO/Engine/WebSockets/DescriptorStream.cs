using PushApp.Push.Transport;
using PushApp.SocketIO.Engine.Sessions;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>
/// The bytes of a WebSocket whose connection was handed over. An idle one holds no buffer and no task: its session is called when something has come, reads until nothing
/// is there, and returns. While it is at work with a message nothing is read, and what the client sends stays in the system until that makes the client wait.
/// </summary>
internal sealed class DescriptorStream : DuplexStream, IReadinessHandler, IThreadPoolWorkItem
{
    // Who reads: nobody; somebody; somebody, who is to look again before he stops.
    private const int Idle = 0;
    private const int Reading = 1;
    private const int ReadingAgain = 2;

    private readonly Descriptor _descriptor;
    private byte[]? _unread;
    private EngineSession? _session;
    private WebSocketConnection? _socket;
    private ReadySignal? _readable;
    private Action? _whenWritable;
    private int _state = Reading;

    public DescriptorStream(HandedOver connection)
    {
        _descriptor = connection.Descriptor;
        _unread = connection.Unread.Length > 0 ? connection.Unread : null;
        _descriptor.Watch(this, Readiness.Readable | Readiness.PeerClosed);
    }

    /// <summary>From here on a session reads, whenever something has come; the first time at once. Not on this thread, whose request ends now: nothing that is read belongs to it.</summary>
    public void ReadBy(EngineSession session, WebSocketConnection socket)
    {
        _session = session;
        _socket = socket;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Nothing is there: whoever reads stops, and will be called. False: something has come meanwhile.</summary>
    public bool TryStopReading()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Reading) == Reading)
        {
            return true;
        }

        Volatile.Write(ref _state, Reading);
        return false;
    }

    /// <summary>Reads what is there. False: nothing. At the end, and after an error, the count is 0.</summary>
    public bool TryRead(Span<byte> buffer, out int count)
    {
        if (_unread is { } unread)
        {
            count = Math.Min(buffer.Length, unread.Length);
            unread.AsSpan(0, count).CopyTo(buffer);
            _unread = count == unread.Length ? null : unread[count..];
            return true;
        }

        nint received;
        try
        {
            received = _descriptor.Receive(buffer);
        }
        catch (ObjectDisposedException)
        {
            // The transport has ended, with all that was left of it.
            received = 0;
        }

        count = (int)Math.Max(0, received);
        return received != Descriptor.WouldBlock;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(buffer.Span, out var count))
            {
                return count;
            }

            if (_readable is null)
            {
                // Known first, and tried once more then: nothing that comes in between is missed.
                Volatile.Write(ref _readable, new ReadySignal());
                continue;
            }

            using (cancellationToken.UnsafeRegister(static signal => ((ReadySignal)signal!).Set(), _readable))
            {
                await _readable.WaitAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends what the system takes at once: the count of bytes, <see cref="Descriptor.WouldBlock"/>, or any other negative number when the connection is gone.</summary>
    public nint Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _descriptor.Send(bytes);
        }
        catch (ObjectDisposedException)
        {
            return nint.MinValue;
        }
    }

    /// <summary>Reads what sending is about to need; what is returned means nothing.</summary>
    public int Preload() => _state + _descriptor.Preload();

    /// <summary>Calls once when more can be sent, or never will be; from the thread pool.</summary>
    public void WhenWritable(Action action)
    {
        Volatile.Write(ref _whenWritable, action);
        try
        {
            // Asked anew each time: what has changed since the attempt is reported then.
            _descriptor.Watch(this, Readiness.Readable | Readiness.PeerClosed | Readiness.Writable);
        }
        catch (ObjectDisposedException)
        {
            OnReady(Readiness.HungUp);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var sent = Send(buffer.Span);
            if (sent == Descriptor.WouldBlock)
            {
                var writable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                WhenWritable(writable.SetResult);
                await writable.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (sent < 0)
            {
                throw new IOException("The client is gone.");
            }

            buffer = buffer[(int)sent..];
        }
    }

    /// <summary>Ends the connection at once; its reader sees the end, and closes.</summary>
    public void Abort()
    {
        try
        {
            _descriptor.Shutdown(Libc.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public void OnReady(Readiness readiness)
    {
        if ((readiness & (Readiness.Writable | Readiness.Failed | Readiness.HungUp)) != 0 && Interlocked.Exchange(ref _whenWritable, null) is { } action)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static action => action(), action, preferLocal: false);
        }

        if ((readiness & (Readiness.Readable | Readiness.Ended)) != 0)
        {
            WakeReader();
        }
    }

    public void Execute() => _ = _session!.ReadAvailableAsync(_socket!);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _descriptor.CloseGracefully();
        }

        base.Dispose(disposing);
    }

    private void WakeReader()
    {
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Idle when Interlocked.CompareExchange(ref _state, Reading, Idle) == Idle:
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                case Reading when Interlocked.CompareExchange(ref _state, ReadingAgain, Reading) != Reading:
                case Idle:
                    continue;
            }

            // In the middle of a frame it waits for the rest.
            Volatile.Read(ref _readable)?.Set();
            return;
        }
    }
}
