using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Engine.WebSockets;

/// <summary>
/// One WebSocket: reads frames, and writes packets without waiting. Whoever set <see cref="IsWriting"/> writes, and nobody else; reading is one loop's.
/// What is written lies in a pooled buffer until the server has taken it, in one write; between writes there is none.
/// </summary>
internal sealed class WebSocketConnection(WebSocketFrameReader reader, Stream stream, Action abort) : IBufferWriter<byte>
{
    private const int SmallBuffer = 1024;

    private ValueTaskAwaiter _pending;
    private byte[]? _buffer;
    private int _written;

    /// <summary>Whether somebody writes, or waits for what was written to be taken. Guarded by the session's lock.</summary>
    public bool IsWriting { get; set; }

    /// <summary>What the client's last unanswered ping holds. Guarded by the session's lock.</summary>
    public byte[]? PongPayload { get; set; }

    /// <summary>Whether a close frame was written; nothing follows it. Guarded by the session's lock.</summary>
    public bool IsCloseSent { get; private set; }

    /// <summary>Whether nothing can be written any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The next frame; a connection that broke is an end as any other.</summary>
    public async ValueTask<WebSocketFrame> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Reset, or aborted by this side.
            return WebSocketFrame.End;
        }
    }

    public void Write(EnginePacket packet, int protocol) => WebSocketFrameWriter.Write(this, packet, protocol);

    public void WritePong(ReadOnlySpan<byte> payload) => WebSocketFrameWriter.WriteControl(this, WebSocketOpcode.Pong, payload);

    public void WriteClose(ushort code)
    {
        IsCloseSent = true;
        WebSocketFrameWriter.WriteClose(this, code);
    }

    /// <summary>Sends what was written. False: it is not taken yet; the action will be called, which calls <see cref="CompleteFlush"/>.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is kept and its result taken once, in CompleteFlush; a task for each pending flush would be an allocation.")]
    public bool TryFlush(Action whenDone)
    {
        try
        {
            _pending = stream.WriteAsync(_buffer.AsMemory(0, _written), CancellationToken.None).GetAwaiter();
        }
        catch (Exception)
        {
            // Whatever the server throws is about this connection alone; its reader ends it.
            IsBroken = true;
            ReleaseBuffer();
            return true;
        }

        if (_pending.IsCompleted)
        {
            CompleteFlush();
            return true;
        }

        _pending.UnsafeOnCompleted(whenDone);
        return false;
    }

    public void CompleteFlush()
    {
        try
        {
            _pending.GetResult();
        }
        catch (Exception)
        {
            // The client is gone; the reader ends it.
            IsBroken = true;
        }

        _pending = default;
        ReleaseBuffer();
    }

    /// <summary>For whoever writes alone, before a session does: sends what was written, and waits.</summary>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(_buffer.AsMemory(0, _written), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Ends the connection at once.</summary>
    public void Abort() => abort();

    /// <summary>After the last read.</summary>
    public void Release() => reader.Release();

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

    private void Reserve(int count)
    {
        count = Math.Max(1, count);
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

        _buffer = null;
        _written = 0;
    }
}
