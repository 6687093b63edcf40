using PushApp.SocketIO.Engine.Packets;
using PushApp.SocketIO.Engine.WebSockets;

namespace PushApp.SocketIO.Engine.Sessions;

internal sealed partial class EngineSession
{
    // How long a client is not judged by its answers while the layer above takes its time with a message. Not for ever, or a handler that hangs would keep whoever is long gone.
    private static readonly long LongestHeldUp = TimeSpan.FromMinutes(10).Ticks;

    // When the layer above was called last.
    private long _calledAt;

    // Whether DueAt is the last moment for the client's answer (version 4) or ping (version 3), or the moment for the server's ping.
    private bool _isAnswerDue;

    // When the last ping was queued, by the clock's timestamp; 0 while no answer is waited for.
    private long _pingedAt;
    private long _roundTripTicks = -1;

    public TimeSpan? RoundTrip => Volatile.Read(ref _roundTripTicks) is >= 0 and var ticks ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>
    /// Ends the session if its client's time is over: judged by the clock when a request comes, not by when the wheel gets to it.
    /// </summary>
    public void EndIfExpired()
    {
        lock (this)
        {
            if (_state != State.Open || !_isAnswerDue || _server.Wheel.Now < DueAt || IsHeldUp(_server.Wheel.Now))
            {
                return;
            }
        }

        End(EngineCloseReasons.PingTimeout, Ending.Abrupt);
    }

    internal override void OnDue(long now)
    {
        WebSocketConnection? cut = null;
        lock (this)
        {
            if (DueAt > now || Slot >= 0)
            {
                // Set anew in the meantime.
                return;
            }

            switch (_state)
            {
                case State.Open when !_isAnswerDue:
                    // The answer is due by when the ping should have left. Where this node was held up so long that this would be unfair, by when it does leave.
                    var timeout = _server.Options.PingTimeout.Ticks;
                    _isAnswerDue = true;
                    _server.Wheel.Set(this, now - DueAt > timeout / 2 ? now + timeout : DueAt + timeout);
                    break;
                case State.Open when IsHeldUp(now):
                    // Its answer may be here, unread: nothing is read while a message is at work. It gets what keeps it from giving up the server in the meantime.
                    _server.Wheel.Set(this, now + _server.Options.PingTimeout.Ticks);
                    break;
                case State.Open:
                    goto expired;
                case State.Lingering:
                    _state = State.Closed;
                    _outbox.Clear();
                    _probe?.Abort();
                    _server.Remove(this);
                    return;
                default:
                    cut = _socket;
                    break;
            }
        }

        if (cut is not null)
        {
            cut.Abort();
        }
        else
        {
            Volatile.Write(ref _pingedAt, Protocol == 3 ? 0 : _server.Time.GetTimestamp());

            // Of version 3 the server sends no pings: there this is reached by one that is held up alone.
            SendControl(Protocol == 3 ? EnginePacket.Pong : EnginePacket.Ping);
        }

        return;

    expired:
        End(EngineCloseReasons.PingTimeout, Ending.Abrupt);
    }

    /// <summary>Under the lock: whether the layer above is at work with a message, so that what the client sent after it waits.</summary>
    private bool IsHeldUp(long now) => _isCalling && now - _calledAt < LongestHeldUp;

    /// <summary>Under the lock.</summary>
    private void StartHeartbeat()
    {
        var options = _server.Options;
        _isAnswerDue = Protocol == 3;
        _server.Wheel.Set(this, _server.Wheel.Now + options.PingInterval.Ticks + (_isAnswerDue ? options.PingTimeout.Ticks : 0));
    }

    /// <summary>The client has shown that it lives.</summary>
    private void ExtendHeartbeat()
    {
        lock (this)
        {
            // An answer that nobody asked for does not put off the next ping for ever, nor does it bring one forward.
            if (_state == State.Open && _isAnswerDue)
            {
                if (_pingedAt != 0)
                {
                    Volatile.Write(ref _roundTripTicks, _server.Time.GetElapsedTime(_pingedAt).Ticks);
                    _pingedAt = 0;
                }

                StartHeartbeat();
            }
        }
    }
}
