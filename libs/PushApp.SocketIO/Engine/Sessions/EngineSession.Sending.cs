using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.WebSockets;

namespace PushApp.SocketIO.Engine.Sessions;

internal sealed partial class EngineSession
{
    // What is given to the connection at once; Kestrel's own bound of what it buffers.
    private const long WriteAtOnce = 64 * 1024;

    private Action? _flushed;

    // Whether what was written to the WebSocket is held back for what is to follow. Whoever sends something else takes it along (Wake).
    private bool _isHeld;

    public bool IsWritable
    {
        get
        {
            lock (this)
            {
                return _state == State.Open && (_socket is not null ? !_socket.IsWriting || _isHeld : _poll is { IsWoken: false });
            }
        }
    }

    public long BufferedBytes
    {
        get
        {
            lock (this)
            {
                return _outbox.Bytes;
            }
        }
    }

    public int Preload() => _outbox.Count + (_socket?.Preload() ?? 0);

    public bool Send(ReadOnlySpan<EngineMessage> messages, bool more = false)
    {
        WebSocketConnection? pump = null;
        WebSocketConnection? begun = null;
        var isOverflown = false;
        lock (this)
        {
            if (_state != State.Open)
            {
                return false;
            }

            if (more && TryHold(messages))
            {
                return true;
            }

            if (messages is not [var message] || !TrySendAtOnce(message, out begun))
            {
                foreach (var each in messages)
                {
                    _outbox.Enqueue(each);
                }

                isOverflown = _outbox.Bytes > _server.Options.MaxBufferedBytes;
                pump = isOverflown ? null : Wake();
            }
        }

        if (isOverflown)
        {
            End(EngineCloseReasons.SlowConsumer, Ending.Cut);
            return false;
        }

        SendOn(begun);
        if (pump is not null)
        {
            Pump(pump);
        }

        return true;
    }

    public void Flush()
    {
        WebSocketConnection? held;
        lock (this)
        {
            held = _isHeld ? Wake() : null;
        }

        SendOn(held);
    }

    /// <summary>Sends what is written already, if anything is, and then what waits behind it; the caller has begun to.</summary>
    private void SendOn(WebSocketConnection? begun)
    {
        if (begun is not null && TryFlush(begun))
        {
            Pump(begun);
        }
    }

    /// <summary>
    /// Under the lock: sends a packet whose frame is finished where nothing is before it, as is the case most often: then it needs no place in the outbox, and nobody to take it from there.
    /// </summary>
    /// <param name="packet">The packet.</param>
    /// <param name="begun">Where not all of it has gone: what the caller is to flush.</param>
    private bool TrySendAtOnce(EnginePacket packet, out WebSocketConnection? begun)
    {
        begun = null;
        if (packet.Frame.IsEmpty || packet.Size > _server.Options.MaxBufferedBytes || _outbox.Count > 0 || _socket is not { IsWriting: false, Wire: not null } idle)
        {
            return false;
        }

        _server.Metrics.Sent(1, packet.Data.Length, EngineTransports.WebSocket);
        begun = idle.TrySend(packet.Frame) ? null : idle;
        return true;
    }

    /// <summary>Under the lock: writes messages without sending them. False where something is before them, or too much would be held.</summary>
    private bool TryHold(ReadOnlySpan<EngineMessage> messages)
    {
        if (_socket is null || (_socket.IsWriting && !_isHeld))
        {
            return false;
        }

        var bytes = 0L;
        var sent = 0L;
        foreach (var message in messages)
        {
            bytes += message.Size;
            sent += message.Data.Length;
        }

        if (_socket.UnsentBytes + bytes > WriteAtOnce)
        {
            return false;
        }

        if (!_isHeld)
        {
            _isHeld = true;
            _socket.BeginWriting();
        }

        foreach (var message in messages)
        {
            _socket.Write(message, Protocol);
        }

        _server.Metrics.Sent(messages.Length, sent, EngineTransports.WebSocket);
        return true;
    }

    /// <summary>Packets that wait, of any kind, beyond which pings and pongs are left out; messages are bounded by their bytes.</summary>
    private const int MostWaitingControls = 10_000;

    private void SendControl(EnginePacket packet)
    {
        WebSocketConnection? pump = null;
        WebSocketConnection? begun;
        lock (this)
        {
            // A client that takes nothing while it goes on asking for pongs gets no more of them.
            if (_state != State.Open || _outbox.Count >= MostWaitingControls)
            {
                return;
            }

            if (!TrySendAtOnce(packet, out begun))
            {
                _outbox.Enqueue(packet);
                pump = Wake();
            }
        }

        SendOn(begun);
        if (pump is not null)
        {
            Pump(pump);
        }
    }

    /// <summary>Under the lock: something waits. Returns the WebSocket that the caller is to pump, if nobody does.</summary>
    private WebSocketConnection? Wake()
    {
        if (_socket is null)
        {
            _poll?.Wake();
            return null;
        }

        if (_isHeld)
        {
            // Begun already.
            _isHeld = false;
            return _socket;
        }

        if (_socket.IsWriting)
        {
            return null;
        }

        _socket.BeginWriting();
        return _socket;
    }

    /// <summary>Writes what waits, as much as the connection takes; the caller has begun to (<see cref="WebSocketConnection.BeginWriting"/>). What comes while the client is busy goes out in one write after it.</summary>
    private void Pump(WebSocketConnection socket)
    {
        while (Fill(socket))
        {
            if (!TryFlush(socket))
            {
                return;
            }
        }
    }

    private bool TryFlush(WebSocketConnection socket)
    {
        if (socket.TryFlush())
        {
            return true;
        }

        socket.WhenFlushed(_flushed ??= OnFlushed);
        return false;
    }

    private void OnFlushed()
    {
        var socket = _socket!;
        socket.CompleteFlush();
        Pump(socket);
    }

    /// <summary>Writes the next portion. False: there is nothing to write, or nothing can be written; then nobody writes.</summary>
    private bool Fill(WebSocketConnection socket)
    {
        lock (this)
        {
            if (socket.IsBroken || socket.IsCloseSent)
            {
                // Its reader sees the end of it; until then nobody is to write.
                socket.EndWriting(again: false);
                return false;
            }

            try
            {
                var wrote = false;
                var packets = 0;
                var sent = 0L;
                if (socket.PongPayload is { } pong)
                {
                    socket.PongPayload = null;
                    socket.WritePong(pong);
                    wrote = true;
                }

                for (var bytes = 0L; bytes < WriteAtOnce && _outbox.TryDequeue(out var packet); bytes += packet.Size)
                {
                    socket.Write(packet, Protocol);
                    wrote = true;
                    packets++;
                    sent += packet.Data.Length;
                }

                _server.Metrics.Sent(packets, sent, EngineTransports.WebSocket);
                if (_state != State.Open && _outbox.Count == 0)
                {
                    socket.WriteClose(_closeCode);
                    return true;
                }

                if (!wrote)
                {
                    socket.EndWriting(again: true);
                }

                return wrote;
            }
            catch (Exception error) when (error is IOException or InvalidOperationException or OperationCanceledException)
            {
                // About this connection alone.
                socket.EndWriting(again: false);
                socket.Abort();
                return false;
            }
        }
    }
}
