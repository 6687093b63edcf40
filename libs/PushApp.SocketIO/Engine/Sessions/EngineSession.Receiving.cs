using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Engine.Sessions;

internal sealed partial class EngineSession
{
    // A client that closes has a poll under way, which over several connections may arrive just after; it is to be answered as the others are.
    private static readonly TimeSpan PollBesideClose = TimeSpan.FromMilliseconds(30);

    private double _tokens;
    private long _tokensAt;
    private TaskCompletionSource? _arrived;

    /// <summary>Handles one packet of the client. False: the session has ended, and nothing more is to be read.</summary>
    public async ValueTask<bool> ReceiveAsync(EnginePacket packet)
    {
        _server.Metrics.Received(packet, Transport);
        if (!TakeToken())
        {
            End(EngineCloseReasons.TooManyPackets, Ending.Abrupt);
            return false;
        }

        switch (packet.Type)
        {
            case EnginePacketType.Message:
                return await CallAsync((EngineMessage)packet).ConfigureAwait(false);
            case EnginePacketType.Ping when Protocol == 3:
                ExtendHeartbeat();
                SendControl(EnginePacket.Pong);
                return true;
            case EnginePacketType.Pong when Protocol == 4:
                ExtendHeartbeat();
                return true;
            case EnginePacketType.Ping or EnginePacketType.Pong:
                // A heartbeat in the wrong direction for this version.
                End(EngineCloseReasons.TransportError, Ending.Abrupt);
                return false;
            case EnginePacketType.Close:
                await AwaitPollAsync().ConfigureAwait(false);
                End(EngineCloseReasons.TransportClose, Ending.ByClient);
                return false;
            default:
                // The others say nothing from a client, outside of an upgrade.
                return true;
        }
    }

    /// <summary>A request brought more packets than may come at once; none of them was handled.</summary>
    public void PostOverflown() => End(EngineCloseReasons.TooManyPackets, Ending.Abrupt);

    /// <summary>What came was no packet.</summary>
    public void ParseFailed() => End(EngineCloseReasons.ParseError, Ending.Abrupt);

    /// <summary>A request that carried packets broke, or was none of this protocol's.</summary>
    public void PostFailed() => End(EngineCloseReasons.TransportError, Ending.Abrupt);

    private async ValueTask<bool> CallAsync(EngineMessage message)
    {
        lock (this)
        {
            if (_state != State.Open)
            {
                return false;
            }

            _isCalling = true;
            _calledAt = _server.Wheel.Now;
        }

        try
        {
            await _listener.OnMessageAsync(message).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            ListenerFailed(_server.Logger, Id, error);
            End(EngineCloseReasons.TransportError, Ending.Abrupt);
        }

        CallEnded();
        return _state == State.Open;
    }

    private async ValueTask AwaitPollAsync()
    {
        TaskCompletionSource arrived;
        lock (this)
        {
            if (_socket is not null || _poll is not null || _state != State.Open)
            {
                return;
            }

            _arrived = arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await Task.WhenAny(arrived.Task, Task.Delay(PollBesideClose, _server.Time)).ConfigureAwait(false);
    }

    /// <summary>A bucket of tokens: so many a second, and as many at once as it holds.</summary>
    private bool TakeToken()
    {
        var options = _server.Options;
        if (options.MaxPacketsPerSecond == 0)
        {
            return true;
        }

        lock (this)
        {
            var now = _server.Wheel.Now;
            _tokens = Math.Min(options.MaxPacketBurst, _tokens + ((now - _tokensAt) * options.MaxPacketsPerSecond / (double)TimeSpan.TicksPerSecond));
            _tokensAt = now;
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }
}
