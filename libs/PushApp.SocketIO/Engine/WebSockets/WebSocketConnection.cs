using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using PushApp.Push.Transport;
using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>
/// One WebSocket: reads frames, and writes packets without waiting. Whoever set <see cref="IsWriting"/> writes, and nobody else; reading is one loop's.
/// What is written goes out in one write. It lies in a pooled buffer until then; a packet alone whose frame is finished goes out from there, uncopied. Between writes there is no buffer.
/// </summary>
internal sealed class WebSocketConnection : IBufferWriter<byte>
{
    private const int SmallBuffer = 1024;

    private readonly int _maxMessage;

    // Null where the connection was handed over. A server holds very many of those: they are spared what is its alone.
    private readonly OfRequest? _request;

    // None while an idle one waits whose connection was handed over.
    private WebSocketFrameReader? _reader;
    private TaskCompletionSource? _idle;
    private Action? _whenDone;
    private Action? _sendOn;
    private ReadOnlyMemory<byte> _shared;
    private byte[]? _buffer;
    private int _written;
    private int _sent;

    /// <summary>A WebSocket that its request carries, which has to last as long as it does.</summary>
    public WebSocketConnection(Stream stream, int maxMessage, Action abort)
    {
        _request = new OfRequest(stream, abort);
        _maxMessage = maxMessage;
    }

    /// <summary>A WebSocket whose connection was handed over: its request may end.</summary>
    public WebSocketConnection(DescriptorStream wire, int maxMessage)
    {
        Wire = wire;
        _maxMessage = maxMessage;
    }

    /// <summary>Its connection, where that was handed over; else its request has to last as long as it does.</summary>
    public DescriptorStream? Wire { get; }

    /// <summary>Whether nobody may begin to write: somebody does, or waits for what was written to be taken; or nothing is to be written any more. Guarded by the session's lock.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>Whether a writer is at work or will be again: never after <see cref="EndWriting"/>. Guarded by the session's lock.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>What the client's last unanswered ping holds. Guarded by the session's lock.</summary>
    public byte[]? PongPayload { get; set; }

    /// <summary>Whether a close frame was written; nothing follows it. Guarded by the session's lock.</summary>
    public bool IsCloseSent { get; private set; }

    /// <summary>Whether nothing can be written any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Bytes that were written since the last flush. Guarded by the session's lock.</summary>
    public int UnsentBytes => Outgoing.Length;

    /// <summary>Waits until there is something to read, or the end. Throws what the stream throws.</summary>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken) => Reader.WaitAsync(cancellationToken);

    /// <summary>Of a connection that was handed over: whether there is something to read, or the end.</summary>
    public bool HasInput()
    {
        if (Reader.TryBegin(Wire!))
        {
            return true;
        }

        if (!Reader.IsInMessage)
        {
            _reader = null;
        }

        return false;
    }

    /// <summary>The next frame; a connection that broke is an end as any other.</summary>
    public async ValueTask<WebSocketFrame> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Reset, or aborted by this side.
            return WebSocketFrame.End;
        }
    }

    public void Write(EnginePacket packet, int protocol)
    {
        if (_written == 0 && _shared.IsEmpty && !packet.Frame.IsEmpty)
        {
            _shared = packet.Frame;
            return;
        }

        WebSocketFrameWriter.Write(this, packet, protocol);
    }

    /// <summary>
    /// Under the session's lock, while nobody writes, of a connection that was handed over: sends a finished frame. False: not all of it has gone, and the caller writes from here on
    /// (<see cref="BeginWriting"/>), beginning with the rest (<see cref="TryFlush"/>).
    /// </summary>
    public bool TrySend(ReadOnlyMemory<byte> frame)
    {
        var sent = Wire!.Send(frame.Span);
        if (sent == frame.Length)
        {
            return true;
        }

        BeginWriting();
        _shared = frame;
        _sent = (int)Math.Max(0, sent);
        return false;
    }

    /// <summary>Reads what sending is about to need; what is returned means nothing.</summary>
    public int Preload() => _written + (Wire?.Preload() ?? 0);

    public void WritePong(ReadOnlySpan<byte> payload) => WebSocketFrameWriter.WriteControl(this, WebSocketOpcode.Pong, payload);

    public void WriteClose(ushort code)
    {
        IsCloseSent = true;
        WebSocketFrameWriter.WriteClose(this, code);
    }

    /// <summary>Sends what was written. False: it is not taken yet, and <see cref="WhenFlushed"/> is to be called.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is kept and its result taken once, in CompleteFlush; a task for each pending flush would be an allocation.")]
    public bool TryFlush()
    {
        if (Wire is not null)
        {
            return TrySend();
        }

        try
        {
            _request!.Pending = _request.Stream.WriteAsync(Outgoing, CancellationToken.None).GetAwaiter();
        }
        catch (Exception)
        {
            // Whatever the server throws is about this connection alone; its reader ends it.
            IsBroken = true;
            ReleaseBuffer();
            return true;
        }

        if (!_request.Pending.IsCompleted)
        {
            return false;
        }

        CompleteFlush();
        return true;
    }

    /// <summary>Has an action called when what <see cref="TryFlush"/> sent is taken; it calls <see cref="CompleteFlush"/>.</summary>
    public void WhenFlushed(Action action)
    {
        if (Wire is null)
        {
            _request!.Pending.UnsafeOnCompleted(action);
            return;
        }

        _whenDone = action;
        Wire.WhenWritable(_sendOn ??= SendOn);
    }

    public void CompleteFlush()
    {
        if (Wire is not null)
        {
            // It was, before the action was called.
            return;
        }

        try
        {
            _request!.Pending.GetResult();
        }
        catch (Exception)
        {
            // The client is gone; the reader ends it.
            IsBroken = true;
        }

        _request!.Pending = default;
        ReleaseBuffer();
    }

    /// <summary>For whoever writes alone, before a session does: sends what was written, and waits.</summary>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Connection.WriteAsync(Outgoing, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ReleaseBuffer();
        }
    }

    /// <summary>Under the session's lock: the caller writes from here on.</summary>
    public void BeginWriting() => IsWriting = IsBusy = true;

    /// <summary>Under the session's lock: whoever wrote does not any more.</summary>
    /// <param name="again">Whether somebody may begin again.</param>
    public void EndWriting(bool again)
    {
        IsWriting = !again;
        IsBusy = false;
        _idle?.TrySetResult();
    }

    /// <summary>Under the session's lock: completes when nobody writes. Whoever handles the request must wait for it: the server may use the request's streams for another one after that.</summary>
    public Task IdleAsync()
    {
        if (!IsBusy)
        {
            return Task.CompletedTask;
        }

        _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _idle.Task;
    }

    /// <summary>Ends the connection at once. Without effect after <see cref="Release"/>.</summary>
    public void Abort()
    {
        Wire?.Abort();
        _request?.Abort();
    }

    /// <summary>The request is over: nothing of it is touched after this.</summary>
    public void Release()
    {
        _request?.Release();
        _reader?.Release();
        Wire?.Dispose();
    }

    void IBufferWriter<byte>.Advance(int count) => _written += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_written);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_written);
    }

    private Stream Connection => Wire ?? _request!.Stream;

    private WebSocketFrameReader Reader => _reader ??= new WebSocketFrameReader(Connection, _maxMessage);

    // What goes out next.
    private ReadOnlyMemory<byte> Outgoing => _shared.IsEmpty ? _buffer.AsMemory(0, _written) : _shared;

    private bool TrySend()
    {
        var bytes = Outgoing.Span;
        while (_sent < bytes.Length)
        {
            var sent = Wire!.Send(bytes[_sent..]);
            if (sent == Descriptor.WouldBlock)
            {
                return false;
            }

            if (sent < 0)
            {
                // The client is gone; the reader ends it.
                IsBroken = true;
                break;
            }

            _sent += (int)sent;
        }

        _sent = 0;
        ReleaseBuffer();
        return true;
    }

    private void SendOn()
    {
        if (TrySend())
        {
            _whenDone!();
        }
        else
        {
            Wire!.WhenWritable(_sendOn!);
        }
    }

    private void Reserve(int count)
    {
        count = Math.Max(1, count);
        if (!_shared.IsEmpty)
        {
            // It is not alone any more.
            var first = _shared;
            _shared = default;
            Reserve(first.Length + count);
            first.CopyTo(_buffer);
            _written = first.Length;
            return;
        }

        if (_buffer is not null && _buffer.Length - _written >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallBuffer, _buffer is null ? count : Math.Max(_buffer.Length * 2, _written + count)));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }

    private void ReleaseBuffer()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _shared = default;
        _buffer = null;
        _written = 0;
    }

    /// <summary>What it takes where a request carries it.</summary>
    private sealed class OfRequest(Stream stream, Action abort)
    {
        private readonly Lock _lock = new();
        private Action? _abort = abort;

        public Stream Stream { get; } = stream;

        public ValueTaskAwaiter Pending { get; set; }

        public void Abort()
        {
            lock (_lock)
            {
                _abort?.Invoke();
            }
        }

        /// <summary>The server may use what aborts it for another request from here on.</summary>
        public void Release()
        {
            lock (_lock)
            {
                _abort = null;
            }
        }
    }
}
