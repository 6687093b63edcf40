namespace PushApp.Push.Hub;

/// <content>Who comes, changes channels, and goes.</content>
internal sealed partial class FanOutLoop
{
    private void Subscribe(Subscription subscription)
    {
        var connection = subscription.Connection;
        if (connection.Index < 0)
        {
            connection.OnSubscription(subscription, isHeld: false);
            return;
        }

        connection.Subscriptions = connection.Subscriptions.Add(subscription);
        Hold(subscription, time.GetUtcNow());
        connection.OnSubscription(subscription, isHeld: true);
        Recover(subscription);
    }

    private void Unsubscribe(Subscription subscription)
    {
        // Also before the connection has joined, so that it never does with this one; after its end whoever holds it lets go of all.
        var connection = subscription.Connection;
        if (!connection.IsCompleted)
        {
            connection.Subscriptions = connection.Subscriptions.Remove(subscription);
            Release(subscription);
            connection.OnSubscription(subscription, isHeld: false);
        }
    }

    private void Join(HubConnection connection)
    {
        if (connection.IsCompleted)
        {
            // Ended before it had joined: what it has taken since is let go.
            connection.Complete(connection.Completion.Result);
            return;
        }

        if (connection.Index >= 0)
        {
            return;
        }

        connection.Index = _connections.Count;
        _connections.Add(connection);
        Volatile.Write(ref _connectionCount, _connections.Count);
        connection.LastSent = _now;
        _changes++;
        if (connection.HasHeartbeat)
        {
            _wheel.Set(connection, _now, options.HeartbeatInterval);
        }

        var now = time.GetUtcNow();
        foreach (var subscription in connection.Subscriptions)
        {
            Hold(subscription, now);
        }

        connection.Writer.Start();
        connection.WriteHead(_brokerConnected);
        Sent(connection, flushNow: true);
        if (_draining)
        {
            // It was on its way in when the others were sent away.
            Close(connection, CloseReason.Shutdown, ReturnDelay(CloseReason.Shutdown));
            return;
        }

        RecoverAll(connection);
    }

    private void Hold(Subscription subscription, DateTimeOffset now)
    {
        var hubChannel = subscription.Channel;
        var channel = hubChannel.Loops[Index];
        if (channel.Subscriptions.Count == 0 && hubChannel.BeginPeriod(Index) is { } head)
        {
            Stand(hubChannel, channel, head);
        }

        channel.Add(subscription);
        subscription.Hold(now);
        if (channel.IsReady)
        {
            Place(subscription, channel);
        }
    }

    private void Release(Subscription subscription)
    {
        var channel = subscription.Channel.Loops[Index];
        if (channel.Remove(subscription) && channel.Subscriptions.Count == 0)
        {
            channel.IsReady = false;
            subscription.Channel.EndPeriod(Index);
        }
    }

    private void Drain()
    {
        _draining = true;
        foreach (var connection in _connections.ToArray())
        {
            Close(connection, CloseReason.Shutdown, ReturnDelay(CloseReason.Shutdown));
        }
    }

    private TimeSpan? ReturnDelay(CloseReason reason) =>
        reason == CloseReason.Shutdown ? options.DrainSpread * Random.Shared.NextDouble()
        : reason.Returns() ? options.Retry
        : null;

    private void Close(HubConnection connection, CloseReason reason, TimeSpan? returnAfter)
    {
        if (connection.Index < 0)
        {
            // It has not joined, and will not.
            connection.Complete(reason);
            return;
        }

        if (connection.IsBusy)
        {
            connection.Writer.Abort();
        }
        else
        {
            connection.WriteClosing(reason, returnAfter);
            connection.Flush();
        }

        Remove(connection, reason);
    }

    private void Remove(HubConnection connection, CloseReason reason)
    {
        if (connection.Index >= 0)
        {
            var last = _connections[^1];
            _connections[connection.Index] = last;
            last.Index = connection.Index;
            _connections.RemoveAt(_connections.Count - 1);
            _connections.Shrink();
            _wheel.Clear(connection);
            connection.Index = -1;
            _changes++;
            Volatile.Write(ref _connectionCount, _connections.Count);
            foreach (var subscription in connection.Subscriptions)
            {
                Release(subscription);
            }

            metrics.Closed(reason.Name());
            recorder?.Ended(connection, reason);
            if (reason == CloseReason.Slow)
            {
                DroppedSlow(logger, connection.Id, connection.Principal.UserName, connection.OutboxBytes);
            }
        }

        connection.Complete(reason);
    }
}
