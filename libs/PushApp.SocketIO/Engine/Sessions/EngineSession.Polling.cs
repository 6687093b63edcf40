using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Engine.Sessions;

internal sealed partial class EngineSession
{
    private bool _isProbed;

    /// <summary>Whether the client is about to stop polling: a poll does not wait long then.</summary>
    public bool IsUpgrading => _isProbed && _probe is not null;

    /// <summary>A poll has come. It is answered at once (with <paramref name="answer"/>), waits (<paramref name="waiter"/>), or is refused.</summary>
    public PollTurn BeginPoll(out EnginePacket[] answer, out PollWaiter? waiter)
    {
        answer = [];
        waiter = null;
        lock (this)
        {
            if (_state == State.Lingering)
            {
                if (_outbox.Count > 0)
                {
                    // The end comes with the next one.
                    answer = _outbox.TakeAll();
                    return PollTurn.Answer;
                }

                _state = State.Closed;
                answer = [EnginePacket.Close];
                _probe?.Abort();
                _server.Wheel.Clear(this);
                _server.Remove(this);
                return PollTurn.Answer;
            }

            if (_state != State.Open)
            {
                return PollTurn.Unknown;
            }

            if (_socket is not null)
            {
                return PollTurn.WrongTransport;
            }

            if (_poll is null)
            {
                if (_outbox.Count > 0)
                {
                    answer = _outbox.TakeAll();
                    return PollTurn.Answer;
                }

                _poll = waiter = new PollWaiter();
                _arrived?.TrySetResult();
                return PollTurn.Wait;
            }
        }

        // https://github.com/socketio/socket.io/blob/main/docs/engine.io-protocol/v4-current.md#from-server-to-client: one at a time.
        End(EngineCloseReasons.TransportError, Ending.Abrupt);
        return PollTurn.Overlap;
    }

    /// <summary>A poll that waited was woken, or has waited long enough. Null: it is refused.</summary>
    public EnginePacket[]? EndPoll(PollWaiter waiter)
    {
        lock (this)
        {
            if (waiter.IsRefused)
            {
                return null;
            }

            if (waiter.Answer is { } answer)
            {
                return answer;
            }

            _poll = null;
            return _outbox.Count > 0 ? _outbox.TakeAll() : [EnginePacket.Noop];
        }
    }

    /// <summary>The client has given up its poll, or not taken its answer: what was in it may be lost, so that the session cannot go on.</summary>
    public void PollAborted(PollWaiter? waiter)
    {
        lock (this)
        {
            if (waiter is not null && _poll != waiter)
            {
                return;
            }

            _poll = null;
        }

        waiter?.Refuse();
        End(EngineCloseReasons.TransportError, Ending.Abrupt);
    }

    /// <summary>A POST has come. False: it is refused. Another one is at work, and the session has ended by that; or the session has moved on to its WebSocket, whose packets are not to be mixed with others.</summary>
    public bool BeginPost()
    {
        lock (this)
        {
            if (_socket is not null)
            {
                return false;
            }

            if (!_isPosting)
            {
                _isPosting = true;
                return true;
            }
        }

        End(EngineCloseReasons.TransportError, Ending.Abrupt);
        return false;
    }

    /// <summary>A POST was handled; the next may come as soon as it is answered.</summary>
    public void EndPost()
    {
        lock (this)
        {
            _isPosting = false;
        }
    }
}
