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
    }

    private void FlushQueued()
    {
        EndFailed();
        foreach (var connection in _toFlush)
        {
            connection.IsQueuedForFlush = false;
            try
            {
                if (connection.Index >= 0)
                {
                    Flush(connection);
                }
            }
            catch (Exception error)
            {
                Failed(connection, error);
            }
        }

        _mostFlushed = Math.Max(_mostFlushed, _toFlush.Count);
        _toFlush.Clear();
        EndFailed();
    }

    /// <summary>What one connection fails at ends that connection, and costs none of the others an event.</summary>
    private void Failed(HubConnection connection, Exception error)
    {
        CannotWrite(logger, connection.Id, connection.Principal.UserName, error);
        _toCut.Add(connection);
    }

    // Apart from delivering, which walks the lists that removing changes.
    private void EndFailed()
    {
        if (_toCut.Count > 0)
        {
            CutFailed();
        }

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

    private void CutFailed()
    {
        HubConnection[] failed = [.. _toCut];
        _toCut.Clear();
        foreach (var connection in failed)
        {
            // Nothing more is written to it, not even why: it would come amid what failed.
            Try(connection, static (loop, connection) =>
            {
                if (connection.Index >= 0)
                {
                    connection.Writer.Abort();
                    loop.Remove(connection, CloseReason.Slow);
                }
            });
        }
    }
}
