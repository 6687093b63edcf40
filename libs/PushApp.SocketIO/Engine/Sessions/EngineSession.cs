using Microsoft.Extensions.Logging;
using PushApp.Push.Sse;
using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.Timing;
using PushApp.SocketIO.Engine.WebSockets;

namespace PushApp.SocketIO.Engine.Sessions;

/// <summary>
/// A session: its outbox, whatever carries it, its heartbeat and its end. While idle it is this object and a place in the wheel: no task, no timer, no buffer.
/// What is sent is in EngineSession.Sending.cs, polls in .Polling.cs, the WebSocket and the upgrade in .WebSocket.cs, what comes in in .Receiving.cs, the heartbeat in .Heartbeat.cs.
/// One lock guards its state, which is this object itself, as a server holds very many; the listener is never called under it.
/// </summary>
internal sealed partial class EngineSession : Deadline, IEngineSession
{
    // How long after its end a WebSocket's client may take to close its side before the connection is cut.
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    private readonly EngineServer _server;
    private readonly IEngineListener _listener;
    private PacketQueue _outbox;
    private volatile State _state;
    private PollWaiter? _poll;
    private WebSocketConnection? _socket;
    private WebSocketConnection? _probe;
    private CancellationTokenSource? _closed;
    private string? _closeReason;
    private ushort _closeCode;
    private bool _isPosting;
    private bool _isCalling;
    private bool _isEndAnnounced;

    public EngineSession(EngineServer server, IEngineListener listener, string id, int protocol, EngineHandshake handshake, bool supportsBinary, StreamLease lease)
    {
        _server = server;
        _listener = listener;
        Id = id;
        Protocol = protocol;
        Handshake = handshake;
        SupportsBinary = supportsBinary;
        Lease = lease;
        _tokens = server.Options.MaxPacketBurst;
        _tokensAt = server.Wheel.Now;
    }

    private enum State : byte
    {
        Open,

        /// <summary>Ended by the server while no poll waited: the next one takes what is left.</summary>
        Lingering,

        Closed,
    }

    public string Id { get; }

    public int Protocol { get; }

    public EngineHandshake Handshake { get; }

    /// <summary>Whether polls may be answered with bytes (version 3).</summary>
    public bool SupportsBinary { get; }

    /// <summary>What it counts against.</summary>
    public StreamLease Lease { get; }

    public string Transport => _socket is null ? EngineTransports.Polling : EngineTransports.WebSocket;

    public string? CloseReason => _state == State.Open ? null : _closeReason;

    public bool HasEnded => _state != State.Open;

    public CancellationToken Closed
    {
        get
        {
            lock (this)
            {
                if (_state != State.Open && _closed is null)
                {
                    return new CancellationToken(canceled: true);
                }

                return (_closed ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Begins it: the handshake is queued, then the listener may queue more; the heartbeat runs.</summary>
    public void Open(ReadOnlyMemory<byte> handshake, WebSocketConnection? socket)
    {
        lock (this)
        {
            _socket = socket;
            if (socket is not null)
            {
                // Held back until the listener has had its turn, so that all leaves in one write.
                socket.BeginWriting();
            }

            _outbox.Enqueue(EnginePacket.Open(handshake));
            _isCalling = true;
            StartHeartbeat();
        }

        try
        {
            _listener.OnOpen(this);
        }
        catch (Exception error)
        {
            ListenerFailed(_server.Logger, Id, error);
            End(EngineCloseReasons.TransportError, Ending.Abrupt);
        }

        CallEnded();
        if (socket is not null)
        {
            Pump(socket);
        }
    }

    public void Close(string reason) => End(reason, Ending.Graceful);

    private enum Ending : byte
    {
        /// <summary>What is queued still goes out.</summary>
        Graceful,

        /// <summary>The client said so.</summary>
        ByClient,

        /// <summary>What is queued is of no use any more.</summary>
        Abrupt,

        /// <summary>The connection is cut: it takes nothing.</summary>
        Cut,
    }

    private void End(string reason, Ending ending, ushort closeCode = WebSocketCloseCode.None)
    {
        WebSocketConnection? pump = null;
        WebSocketConnection? cut = null;
        lock (this)
        {
            if (_state != State.Open)
            {
                return;
            }

            _closeReason = reason;
            _state = State.Closed;
            _closeCode = closeCode;
            _server.Wheel.Clear(this);
            if (ending is Ending.Abrupt or Ending.Cut)
            {
                _outbox.Clear();
            }

            if (_socket is not null)
            {
                _server.Wheel.Set(this, _server.Wheel.Now + CloseGrace.Ticks);
                if (ending == Ending.Cut)
                {
                    cut = _socket;
                }

                // Also what is held back by somebody who sends nothing any more.
                if (cut is null || _isHeld)
                {
                    pump = Wake();
                }
            }
            else if (_poll is not null && (ending != Ending.Graceful || _outbox.Count == 0))
            {
                _poll.Settle(ending == Ending.ByClient ? [EnginePacket.Noop] : _outbox.TakeAll(EnginePacket.Close));
                _poll = null;
            }
            else if (ending == Ending.Graceful)
            {
                // The client acts on a close packet before the messages that stand with it in one answer, and would take what it is told last for a loss of its connection: so the end comes with the next poll.
                _poll?.Settle(_outbox.TakeAll());
                _poll = null;
                _state = State.Lingering;
                _server.Wheel.Set(this, _server.Wheel.Now + _server.Options.PingTimeout.Ticks);
            }

            // A client that was answered its probe may have stopped polling already: what lingers leaves by whichever it does next, a poll or the upgrade's end.
            if (_state != State.Lingering || !_isProbed)
            {
                _probe?.Abort();
            }

            if (_state == State.Closed)
            {
                _server.Remove(this);
            }
        }

        // Its place is free before its client hears of the end, and may come back.
        _server.Ended(this, reason);
        cut?.Abort();
        if (pump is not null)
        {
            Pump(pump);
        }

        // Never on the thread that ended it, which may hold a lock of the layer above.
        ThreadPool.UnsafeQueueUserWorkItem(static session => session.AnnounceEnd(), this, preferLocal: false);
    }

    private void AnnounceEnd()
    {
        CancellationTokenSource? closed;
        lock (this)
        {
            closed = _closed;
        }

        try
        {
            closed?.Cancel();
        }
        catch (AggregateException error)
        {
            ListenerFailed(_server.Logger, Id, error);
        }

        lock (this)
        {
            if (_isCalling)
            {
                // Whoever calls the listener now tells it afterwards.
                _isEndAnnounced = true;
                return;
            }

            _isCalling = true;
        }

        CallOnClose();
    }

    private void CallEnded()
    {
        lock (this)
        {
            if (!_isEndAnnounced)
            {
                _isCalling = false;
                return;
            }
        }

        CallOnClose();
    }

    private void CallOnClose()
    {
        try
        {
            _listener.OnClose(_closeReason!);
        }
        catch (Exception error)
        {
            ListenerFailed(_server.Logger, Id, error);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "The handler of session {SessionId} failed.", EventName = "ListenerFailed")]
    private static partial void ListenerFailed(ILogger logger, string sessionId, Exception error);
}
