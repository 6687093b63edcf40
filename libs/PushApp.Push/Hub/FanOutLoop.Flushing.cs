namespace PushApp.Push.Hub;

/// <content>When what was written is sent.</content>
internal sealed partial class FanOutLoop
{
    private void OnFlushed(HubConnection connection)
    {
        if (connection.Index < 0)
        {
            return;
        }

        connection.OnFlushed();
        connection.LastSent = _now;
        if (connection.Writer.IsClosed)
        {
            Remove(connection, CloseReason.Client);
        }
        else if (!connection.IsBusy)
        {
            RecoverAll(connection);
        }
    }

    private void Sent(HubConnection connection, bool flushNow)
    {
        if (connection.IsOverflown)
        {
            _toDrop.Add(connection);
        }
        else if (flushNow)
        {
            Flush(connection);
        }
        else if (!connection.IsQueuedForFlush)
        {
            connection.IsQueuedForFlush = true;
            _toFlush.Add(connection);
        }
    }

    private void FlushIfFull(HubConnection connection)
    {
        if (connection.IsFull)
        {
            Flush(connection);
        }
    }

    private void Flush(HubConnection connection)
    {
        connection.Flush();
        if (connection.IsBroken)
        {
            _toDrop.Add(connection);
        }
        else if (!connection.IsBusy)
        {
            connection.LastSent = _now;
        }
    }

    private void FlushQueued()
    {
        EndFailed();
        foreach (var connection in _toFlush)
        {
            connection.IsQueuedForFlush = false;
            if (connection.Index >= 0)
            {
                Flush(connection);
            }
        }

        _mostFlushed = Math.Max(_mostFlushed, _toFlush.Count);
        _toFlush.Clear();
        EndFailed();
    }

    // Apart from delivering, which walks the lists that removing changes.
    private void EndFailed()
    {
        if (_toDrop.Count == 0)
        {
            return;
        }

        foreach (var connection in _toDrop)
        {
            if (connection.Index < 0)
            {
                continue;
            }

            if (connection.IsBroken)
            {
                Remove(connection, CloseReason.Client);
            }
            else
            {
                Close(connection, CloseReason.Slow, null);
            }
        }

        _toDrop.Shrink();
        _toDrop.Clear();
    }
}
