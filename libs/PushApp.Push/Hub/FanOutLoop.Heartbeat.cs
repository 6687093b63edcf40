namespace PushApp.Push.Hub;

/// <content>What is done now and then.</content>
internal sealed partial class FanOutLoop
{
    private void Heartbeat()
    {
        Buffers.Trim();
        _queue.Trim();
        if (_toFlush.Capacity > Shrinking.Least && _toFlush.Count == 0 && _mostFlushed < _toFlush.Capacity / 4)
        {
            _toFlush.Capacity = Math.Max(Shrinking.Least, _mostFlushed * 2);
        }

        _mostFlushed = 0;
        var retry = _toRetry.ToArray();
        _toRetry.Shrink();
        _toRetry.Clear();
        foreach (var connection in retry)
        {
            Try(connection, static (loop, connection) => loop.RecoverAll(connection));
        }

        _wheel.Collect(_now, _due);
        Volatile.Write(ref _visits, _visits + _due.Count);
        foreach (var connection in _due)
        {
            Try(connection, static (loop, connection) => loop.Visit(connection));
        }

        _due.Shrink();
        _due.Clear();
    }

    /// <summary>What one connection fails at ends that connection, and keeps none of the others from its heartbeat.</summary>
    private void Try(HubConnection connection, Action<FanOutLoop, HubConnection> action)
    {
        try
        {
            action(this, connection);
        }
        catch (Exception error)
        {
            ItemFailed(logger, LoopItemKind.Heartbeat, error);
            try
            {
                Close(connection, CloseReason.Slow, ReturnDelay(CloseReason.Slow));
            }
            catch (Exception again)
            {
                ItemFailed(logger, LoopItemKind.Close, again);
                Remove(connection, CloseReason.Slow);
            }
        }
    }

    private void Visit(HubConnection connection)
    {
        if (connection.Index < 0)
        {
            return;
        }

        if (connection.Writer.IsClosed)
        {
            Remove(connection, CloseReason.Client);
            return;
        }

        var silent = time.GetElapsedTime(connection.LastSent, _now);
        if (connection.IsBusy && silent >= LongestStall)
        {
            Close(connection, CloseReason.Slow, null);
            return;
        }

        if (!connection.IsBusy && silent >= options.HeartbeatInterval)
        {
            connection.WriteHeartbeat();
            Sent(connection, flushNow: true);
        }

        // Nothing waits for this: it is for what failed on the way.
        RecoverAll(connection);
        if (connection.Index >= 0)
        {
            // A client that is busy now may take all in a moment, and then be silent from there: so it is looked at again within an interval.
            silent = time.GetElapsedTime(connection.LastSent, _now);
            var left = connection.IsBusy ? LongestStall - silent : options.HeartbeatInterval - silent;
            _wheel.Set(connection, _now, left < options.HeartbeatInterval ? left : options.HeartbeatInterval);
        }
    }

    // How long a client may take nothing of what was sent.
    private TimeSpan LongestStall => options.HeartbeatInterval * 2;
}
