namespace PushApp.Push.Hub;

/// <content>What it hands to one client after the other: what they missed.</content>
internal sealed partial class FanOutLoop
{
    // What one client is handed before the others get their turn.
    private const int RecoverAtOnce = 64;

    /// <summary>
    /// What was not handed to this loop stands in the channel's recent events or in its log, as for a client that comes back: whoever was live reads it there, as fast as his client takes it.
    /// </summary>
    private void CatchUp(HubChannel hubChannel, object gap)
    {
        if (hubChannel.EndGap(Index, gap) is not { } head)
        {
            return;
        }

        var channel = hubChannel.Loops[Index];
        var from = channel.Position;
        Stand(hubChannel, channel, head);

        // All of them stand where they are before anything is written, and each takes its turn: what one of them fails at costs the others nothing, and what goes out is bounded as ever. Those that
        // recover already go on by themselves.
        foreach (var subscription in channel.Subscriptions)
        {
            if (subscription.State == SubscriptionState.Live)
            {
                subscription.Position = from;
            }
            else if (subscription.State != SubscriptionState.Ahead || subscription.Position.Sequence > head.Sequence)
            {
                continue;
            }

            subscription.State = SubscriptionState.Recovering;
            Post(LoopItem.Continue(subscription.Connection));
        }
    }

    private void MakeReady(HubChannel hubChannel, Position head, object? period)
    {
        var channel = hubChannel.Loops[Index];
        if (period != channel.Period)
        {
            return;
        }

        Stand(hubChannel, channel, head);
        foreach (var subscription in channel.Subscriptions.ToArray())
        {
            Place(subscription, channel);
            if (subscription.State == SubscriptionState.Live)
            {
                subscription.Connection.WriteCursor();
                Sent(subscription.Connection, flushNow: false);
            }

            Recover(subscription);
        }
    }

    private static void Stand(HubChannel hubChannel, LoopChannel channel, Position head)
    {
        channel.IsReady = true;
        channel.Position = head;
        channel.CursorPart = hubChannel.FormatCursorPart(head);
    }

    /// <summary>Decides where a subscription begins: where its loop stands, or at the position that its client brought.</summary>
    private static void Place(Subscription subscription, LoopChannel channel)
    {
        if (!subscription.HasPosition || subscription.Position == channel.Position)
        {
            subscription.State = SubscriptionState.Live;
            subscription.CursorPart = channel.CursorPart;
            subscription.Connection.OnSettled(subscription);
            return;
        }

        subscription.State = SubscriptionState.Recovering;
        subscription.CursorPart = subscription.Channel.FormatCursorPart(subscription.Position);
    }

    private void RecoverAll(HubConnection connection)
    {
        if (connection.Index < 0)
        {
            return;
        }

        foreach (var subscription in connection.Subscriptions)
        {
            Recover(subscription);
            if (connection.Index < 0)
            {
                return;
            }
        }
    }

    /// <summary>Hands a subscription what it missed, until it is live, its client is busy, a page has to be read, or it is the others' turn.</summary>
    private void Recover(Subscription subscription)
    {
        if (subscription.State != SubscriptionState.Recovering || subscription.AwaitsPage)
        {
            return;
        }

        var connection = subscription.Connection;
        var hubChannel = subscription.Channel;
        var channel = hubChannel.Loops[Index];
        var now = time.GetUtcNow();
        var skipped = false;
        var written = 0;
        for (var i = 0; subscription.Position.Sequence < channel.Position.Sequence; i++)
        {
            FlushIfFull(connection);
            if (connection.IsBusy)
            {
                metrics.Delivered(written);
                return;
            }

            if (i == RecoverAtOnce)
            {
                Sent(connection, flushNow: false);
                Post(LoopItem.Continue(connection));
                metrics.Delivered(written);
                return;
            }

            var next = hubChannel.FindRecent(subscription.Position.Sequence + 1);
            if (next is null)
            {
                metrics.Delivered(written);
                RequestPage(subscription, subscription.Position.Sequence + 1, refresh: false);
                return;
            }

            if (next.Entry.PreviousTag != subscription.Position.Tag)
            {
                ResetOne(subscription, channel, ResetReasons.Unknown);
                return;
            }

            Step(subscription, next, now, ref skipped, ref written);
        }

        metrics.Delivered(written);
        if (subscription.Position == channel.Position)
        {
            GoLive(subscription, channel, skipped);
        }
        else if (subscription.Position.Sequence > channel.Position.Sequence)
        {
            // The client has seen more than this node, or made it up: the log knows.
            RequestPage(subscription, subscription.Position.Sequence, refresh: true);
        }
        else
        {
            ResetOne(subscription, channel, ResetReasons.Unknown);
        }
    }

    private void Step(Subscription subscription, HubEvent next, DateTimeOffset now, ref bool skipped, ref int written)
    {
        subscription.Position = next.Position;
        subscription.CursorPart = next.CursorPart;
        if (next.IsExpired(now.ToUnixTimeMilliseconds()) || next.Entry.IsRoot)
        {
            skipped = true;
            return;
        }

        if (subscription.Connection.WriteEvent(next.ForResumed(options.TracedConnections)))
        {
            (next.Record ??= recorder?.ReadFromLog(next))?.Resumed(subscription.Connection, now);
            written++;
        }

        skipped = false;
    }

    private void GoLive(Subscription subscription, LoopChannel channel, bool skipped)
    {
        subscription.State = SubscriptionState.Live;
        subscription.CursorPart = channel.CursorPart;
        if (skipped)
        {
            subscription.Connection.WriteCursor();
        }

        subscription.Connection.OnSettled(subscription);
        Sent(subscription.Connection, flushNow: false);
    }

    private void RequestPage(Subscription subscription, long sequence, bool refresh)
    {
        subscription.AwaitsPage = true;
        subscription.IsPageFresh = refresh;
        Sent(subscription.Connection, flushNow: false);
        subscription.Channel.RequestPage(subscription, sequence, refresh);
    }

    private void OnPage(Subscription subscription, Task<HubEvent[]> task)
    {
        subscription.AwaitsPage = false;
        var connection = subscription.Connection;
        if (connection.Index < 0 || subscription.Index < 0 || subscription.State != SubscriptionState.Recovering)
        {
            // It has left, or the channel was taken from it, while the page was read.
            return;
        }

        var channel = subscription.Channel.Loops[Index];
        if (!task.IsCompletedSuccessfully)
        {
            // The broker is away; the heartbeat asks again.
            _toRetry.Add(connection);
            return;
        }

        var entries = task.Result;
        if (subscription.Position.Sequence >= channel.Position.Sequence)
        {
            var known = Array.Find(entries, entry => entry.Position == subscription.Position);
            if (known is not null && subscription.Position.Sequence > channel.Position.Sequence)
            {
                subscription.State = SubscriptionState.Ahead;
                connection.OnSettled(subscription);
            }
            else if (subscription.Position.Sequence > channel.Position.Sequence)
            {
                ResetOne(subscription, channel, ResetReasons.Unknown);
            }
            else
            {
                Recover(subscription);
            }

            return;
        }

        var first = Array.FindIndex(entries, entry => entry.Position.Sequence == subscription.Position.Sequence + 1);
        if (first < 0 || entries[first].Entry.PreviousTag != subscription.Position.Tag)
        {
            if (entries.Length == 0 && !subscription.IsPageFresh)
            {
                // Kept from a time when there was nothing there yet.
                RequestPage(subscription, subscription.Position.Sequence + 1, refresh: true);
                return;
            }

            var tooOld = entries.Length == 0 || entries[0].Position.Sequence > subscription.Position.Sequence + 1;
            if (first < 0 && !tooOld && entries[^1].Position.Sequence <= subscription.Position.Sequence)
            {
                // A page that was read before the events it lacks were appended. A fresh one that lacks them is an older log than this node's:
                // the comparison of heads is about to find that, and the heartbeat asks again.
                if (subscription.IsPageFresh)
                {
                    _toRetry.Add(connection);
                }
                else
                {
                    RequestPage(subscription, subscription.Position.Sequence + 1, refresh: true);
                }

                return;
            }

            ResetOne(subscription, channel, first < 0 ? ResetReasons.Expired : ResetReasons.Unknown);
            return;
        }

        var now = time.GetUtcNow();
        var skipped = false;
        var written = 0;
        for (var i = first; i < entries.Length && subscription.Position.Sequence < channel.Position.Sequence; i++)
        {
            FlushIfFull(connection);
            if (connection.IsBusy)
            {
                // The rest of the page is kept for a while, and asked for again when the client has taken this.
                break;
            }

            Step(subscription, entries[i], now, ref skipped, ref written);
            if (written % RecoverAtOnce == 0)
            {
                connection.Flush();
            }
        }

        metrics.Delivered(written);
        if (skipped)
        {
            connection.WriteCursor();
        }

        Sent(connection, flushNow: false);
        Post(LoopItem.Continue(connection));
    }

    /// <summary>One client's position is not borne out: it is told, and goes on where its loop stands.</summary>
    private void ResetOne(Subscription subscription, LoopChannel channel, string reason)
    {
        subscription.State = SubscriptionState.Live;
        subscription.CursorPart = channel.CursorPart;
        metrics.Reset(reason);
        subscription.Connection.WriteReset([subscription.Channel.Name], reason);
        subscription.Connection.OnSettled(subscription);
        Sent(subscription.Connection, flushNow: false);
    }

    /// <summary>The node's own position is not borne out: everybody is told.</summary>
    private void Reset(HubChannel hubChannel, Position head, LoopItem.Resetting resetting)
    {
        var channel = hubChannel.Loops[Index];
        if (resetting.Period != channel.Period)
        {
            return;
        }

        Stand(hubChannel, channel, head);
        foreach (var subscription in channel.Subscriptions.ToArray())
        {
            if (subscription.State == SubscriptionState.Ahead && subscription.Position == head)
            {
                subscription.State = SubscriptionState.Live;
            }
            else
            {
                ResetOne(subscription, channel, resetting.Reason);
            }
        }
    }
}
