using System.Text.Unicode;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.WebSockets;

namespace PushApp.SocketIO.Engine.Sessions;

internal sealed partial class EngineSession
{
    /// <summary>Reads the session's WebSocket until either side ends it.</summary>
    public async Task RunAsync(WebSocketConnection socket)
    {
        try
        {
            while (true)
            {
                try
                {
                    // Here an idle session stays: without a buffer, and no token, since aborting the connection ends the read.
                    await socket.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                }
                catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
                {
                    // Reset, or aborted by this side.
                    return;
                }

                if (!await ReadOneAsync(socket).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            await LeaveAsync(socket).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what there is of a WebSocket whose connection was handed over. Called whenever something has come, never twice at a time.</summary>
    public async Task ReadAvailableAsync(WebSocketConnection socket)
    {
        try
        {
            while (true)
            {
                if (!socket.HasInput())
                {
                    if (socket.Wire!.TryStopReading())
                    {
                        return;
                    }
                }
                else if (!await ReadOneAsync(socket).ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        catch (Exception error)
        {
            // Nobody awaits this: it ends this connection, and is told here.
            ListenerFailed(_server.Logger, Id, error);
        }

        await LeaveAsync(socket).ConfigureAwait(false);
    }

    /// <summary>Reads one frame and does what it says. False: it was the last.</summary>
    private async ValueTask<bool> ReadOneAsync(WebSocketConnection socket)
    {
        var frame = await socket.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        if (_state != State.Open)
        {
            // Ended by this side: what the client sent before it knew is dropped, and its close frame is the end.
            return frame.Opcode != WebSocketOpcode.Close;
        }

        return await ReceiveAsync(socket, frame).ConfigureAwait(false) || !(frame.IsEnd || frame.Opcode == WebSocketOpcode.Close);
    }

    private async Task LeaveAsync(WebSocketConnection socket)
    {
        End(EngineCloseReasons.TransportClose, Ending.Cut);
        Task idle;
        lock (this)
        {
            idle = socket.IdleAsync();
        }

        // At most until the wheel cuts the connection of a client that takes nothing.
        await idle.ConfigureAwait(false);
        socket.Release();
        lock (this)
        {
            _server.Wheel.Clear(this);
        }

        if (socket.Wire is not null)
        {
            _server.Left();
        }
    }

    /// <summary>Begins an upgrade. False: one is under way, or has been.</summary>
    public bool TryBeginUpgrade(WebSocketConnection probe)
    {
        lock (this)
        {
            if (_state != State.Open || _socket is not null || _probe is not null)
            {
                return false;
            }

            _probe = probe;
            return true;
        }
    }

    /// <summary>The client's probe came, and is about to be answered: from then on it may stop polling.</summary>
    public void OnProbe()
    {
        lock (this)
        {
            _isProbed = true;
        }
    }

    /// <summary>The probe was answered: a poll that waits is answered too, so that the client can stop polling.</summary>
    public void HurryPoll()
    {
        lock (this)
        {
            _poll?.Wake();
        }
    }

    /// <summary>The upgrade has taken too long. Without effect on one that has come about meanwhile.</summary>
    public void AbortProbe(WebSocketConnection probe)
    {
        bool isProbe;
        lock (this)
        {
            isProbe = _probe == probe;
        }

        if (isProbe)
        {
            probe.Abort();
        }
    }

    /// <summary>The client has stopped polling: from here on the session is on its WebSocket. False: it cannot be.</summary>
    public bool CompleteUpgrade(WebSocketConnection probe)
    {
        var isOpen = true;
        lock (this)
        {
            if (_state == State.Closed || _probe != probe || _isPosting)
            {
                return false;
            }

            if (_state == State.Lingering)
            {
                // Ended meanwhile: what is queued still goes out, and then the close frame.
                isOpen = false;
                _state = State.Closed;
                _server.Wheel.Set(this, _server.Wheel.Now + CloseGrace.Ticks);
                _server.Remove(this);
            }

            _probe = null;
            _socket = probe;
            _poll?.Refuse();
            _poll = null;
            probe.BeginWriting();
        }

        if (isOpen)
        {
            _server.Upgraded(this);
        }

        Pump(probe);
        return true;
    }

    /// <summary>The upgrade came to nothing; the session goes on polling.</summary>
    public void AbandonUpgrade(WebSocketConnection probe)
    {
        lock (this)
        {
            if (_probe == probe)
            {
                _probe = null;
                _isProbed = false;
            }
        }
    }

    private async ValueTask<bool> ReceiveAsync(WebSocketConnection socket, WebSocketFrame frame)
    {
        if (frame.Fault != WebSocketCloseCode.None)
        {
            End(EngineCloseReasons.TransportError, Ending.Abrupt, frame.Fault);
            return false;
        }

        switch (frame.Opcode)
        {
            case WebSocketOpcode.Text:
                if (!PacketCodec.TryParseText(frame.Data, out var text))
                {
                    // https://www.rfc-editor.org/rfc/rfc6455#section-8.1; what is text and no packet is no fault of the WebSocket's.
                    End(EngineCloseReasons.ParseError, Ending.Abrupt, Utf8.IsValid(frame.Data.Span) ? WebSocketCloseCode.None : WebSocketCloseCode.InvalidText);
                    return false;
                }

                return await ReceiveAsync(text).ConfigureAwait(false);
            case WebSocketOpcode.Binary:
                if (!PacketCodec.TryParseBinary(frame.Data, Protocol, out var binary))
                {
                    End(EngineCloseReasons.ParseError, Ending.Abrupt);
                    return false;
                }

                return await ReceiveAsync(binary).ConfigureAwait(false);
            case WebSocketOpcode.Ping:
                if (!TakeToken())
                {
                    End(EngineCloseReasons.TooManyPackets, Ending.Abrupt);
                    return false;
                }

                AnswerPing(socket, frame.Data);
                return true;
            case WebSocketOpcode.Close:
                // Answered with the client's own code (https://www.rfc-editor.org/rfc/rfc6455#section-5.5.1).
                End(EngineCloseReasons.TransportClose, frame.IsEnd ? Ending.Cut : Ending.Abrupt, WebSocketCloseCode.Read(frame.Data.Span));
                return false;
            default:
                return true;
        }
    }

    private void AnswerPing(WebSocketConnection socket, ReadOnlyMemory<byte> payload)
    {
        WebSocketConnection? pump;
        lock (this)
        {
            socket.PongPayload = payload.ToArray();
            pump = Wake();
        }

        if (pump is not null)
        {
            Pump(pump);
        }
    }
}
