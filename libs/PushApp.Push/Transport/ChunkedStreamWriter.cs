using PushApp.Push.Hub;
using PushApp.Push.Sse;

namespace PushApp.Push.Transport;

/// <summary>
/// Writes the body of a response that was handed over, in chunks (<see href="https://www.rfc-editor.org/rfc/rfc9112#section-7.1">RFC 9112 §7.1</see>): what is flushed
/// together is one chunk and one non-blocking send. What the system does not take at once waits for the descriptor to be writable.
/// </summary>
internal sealed class ChunkedStreamWriter(Descriptor descriptor, HubConnection connection) : IStreamWriter, IReadinessHandler
{
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private bool _waitsForWritable;

    // What is in the buffer is on its way, and nothing is added to it.
    private bool _isSending;

    public bool IsClosed { get; private set; }

    public int PendingBytes => _buffer is null ? 0 : _end - _start;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        // A chunk of nothing would end the body.
        if (IsClosed || bytes.IsEmpty)
        {
            return;
        }

        if (_buffer is null)
        {
            _buffer = connection.Loop.Buffers.Rent(HttpChunk.MaxHeadLength + bytes.Length + HttpChunk.TailLength);
            _end = HttpChunk.MaxHeadLength;
        }
        else if (_end + bytes.Length + HttpChunk.TailLength > _buffer.Length)
        {
            var larger = connection.Loop.Buffers.Rent((_end + bytes.Length + HttpChunk.TailLength) * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            connection.Loop.Buffers.Return(_buffer);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    public bool TryFlush()
    {
        if (_buffer is null)
        {
            return true;
        }

        var size = _end - HttpChunk.MaxHeadLength;
        _start = HttpChunk.MaxHeadLength - HttpChunk.HeadLengthOf(size);
        HttpChunk.WriteHead(_buffer.AsSpan(_start), size);
        HttpChunk.Tail.CopyTo(_buffer.AsSpan(_end));
        _end += HttpChunk.TailLength;
        _isSending = true;
        return TryCompleteFlush();
    }

    public bool TrySend(SseFrame frame)
    {
        if (IsClosed)
        {
            return true;
        }

        var sent = descriptor.Send(frame.Chunk);
        if (sent == frame.Chunk.Length)
        {
            return true;
        }

        if (sent < 0 && sent != Descriptor.WouldBlock)
        {
            IsClosed = true;
            return true;
        }

        // What is left is this connection's own.
        var rest = frame.Chunk[(int)Math.Max(0, sent)..];
        _buffer = connection.Loop.Buffers.Rent(rest.Length);
        rest.CopyTo(_buffer);
        _start = 0;
        _end = rest.Length;
        _isSending = true;
        return TryCompleteFlush();
    }

    public bool TryCompleteFlush()
    {
        while (_buffer is not null)
        {
            var sent = descriptor.Send(_buffer.AsSpan(_start, _end - _start));
            if (sent == Descriptor.WouldBlock)
            {
                WaitForWritable();
                return false;
            }

            if (sent < 0)
            {
                IsClosed = true;
                Release();
                return true;
            }

            _start += (int)sent;
            if (_start == _end)
            {
                Release();
            }
        }

        return true;
    }

    public int Preload() => _end + descriptor.Preload();

    public void Abort()
    {
        // Not gracefully: the chunks end amid nothing, so that the client sees that it was cut off.
        IsClosed = true;
        Release();
        if (!descriptor.IsClosed)
        {
            descriptor.Shutdown(Libc.ShutdownBoth);
            descriptor.Dispose();
        }
    }

    public void Close()
    {
        if (!IsClosed && !_isSending)
        {
            // A client that closes its half still reads: what was written to it before that was seen goes first.
            _ = TryFlush();
        }

        if (IsClosed || _buffer is not null)
        {
            // Gone, or busy with what it will not be sent whole.
            Abort();
            return;
        }

        IsClosed = true;
        _ = descriptor.Send(HttpChunk.Last);
        descriptor.CloseGracefully();
    }

    /// <summary>Begins to hear of the client's end; it has joined its loop.</summary>
    public void Start() => descriptor.Watch(this, Readiness.PeerClosed);

    public void OnReady(Readiness readiness)
    {
        if ((readiness & Readiness.Ended) != 0)
        {
            connection.Loop.Post(LoopItem.Leave(connection));
        }
        else if ((readiness & Readiness.Writable) != 0)
        {
            connection.Loop.Post(LoopItem.Flushed(connection));
        }
    }

    // Asked for with the first need: most connections never have it. From then on each change is reported, and the first one in case that it has come already.
    private void WaitForWritable()
    {
        if (!_waitsForWritable)
        {
            _waitsForWritable = true;
            descriptor.Watch(this, Readiness.PeerClosed | Readiness.Writable);
        }
    }

    private void Release()
    {
        if (_buffer is not null)
        {
            connection.Loop.Buffers.Return(_buffer);
            _buffer = null;
            _isSending = false;
        }
    }
}
