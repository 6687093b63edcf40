using System.Runtime.InteropServices;
using PushApp.Push.Transport;

namespace PushApp.Push.Hub;

/// <content>What it hands to everybody as it comes.</content>
internal sealed partial class FanOutLoop
{
    // Larger events go out at once: to put them together saves little, and takes a buffer of that size for every connection.
    private const int MostPutTogether = SendBuffers.Size;

    // Events of one channel that are written to a connection while it is at hand.
    private const int MostEventsAtOnce = 16;

    // What they hold stays in the cache while they are written to one after the other.
    private const int PreloadedAtOnce = 16;

    private readonly Outgoing[] _outgoing = new Outgoing[MostEventsAtOnce];
    private int _preloaded;

    /// <summary>Writes an event, and with it those of the same channel that wait behind it: to one connection after the other, each of which gets them in one write.</summary>
    private void Deliver(HubEvent first, object? period)
    {
        var channel = first.Channel.Loops[Index];
        if (period != channel.Period)
        {
            // Whom it was for have gone.
            first.Delivery?.Written(0);
            return;
        }

        var count = 0;
        var bytes = 0L;
        for (var item = first; item is not null; item = count < MostEventsAtOnce && _queue.TryTakeEvent(first.Channel, out var next) ? next : null)
        {
            if (item.Entry.IsLogged)
            {
                channel.Position = item.Position;
                channel.CursorPart = item.CursorPart;
            }

            bytes += item.Size;
            _outgoing[count++] = new Outgoing { Item = item, Sample = DeliverySample.Of(item, channel.Subscriptions.Count, options.TracedConnections) };
        }

        _events += count;
        var outgoing = _outgoing.AsSpan(0, count);
        try
        {
            // Nothing behind them in the queue: each connection is written and flushed while it is at hand. Otherwise what is queued goes out in one flush, as long as that is little for each, and for all.
            Deliver(outgoing, channel, flushNow: _queue.IsEmpty || bytes > MostPutTogether || bytes * channel.Subscriptions.Count > BytesBeforeFlush);
        }
        finally
        {
            foreach (ref var each in outgoing)
            {
                // Whatever failed: this loop is done with it, and its trace is the one that tells.
                each.Item.Delivery?.Written(each.Written);
            }

            outgoing.Clear();
        }
    }

    private void Deliver(Span<Outgoing> outgoing, LoopChannel channel, bool flushNow)
    {
        var subscriptions = channel.Subscriptions;
        var sendNow = flushNow && outgoing.Length == 1;
        for (var i = 0; i < subscriptions.Count; i++)
        {
            if (i % PreloadedAtOnce == 0)
            {
                Preload(subscriptions, i);
            }

            var subscription = subscriptions[i];
            var connection = subscription.Connection;
            try
            {
                var isWritten = false;
                foreach (ref var each in outgoing)
                {
                    var item = each.Item;
                    if (!Takes(subscription, item))
                    {
                        continue;
                    }

                    FlushIfFull(connection);
                    if (item.Entry.IsLogged)
                    {
                        subscription.CursorPart = item.CursorPart;
                    }

                    var next = each.Sample.Next();
                    if (sendNow ? connection.SendEvent(next) : connection.WriteEvent(next))
                    {
                        each.Written++;
                        isWritten = true;
                        item.Record?.Written(connection, time);
                    }
                }

                if (isWritten)
                {
                    Sent(connection, flushNow);
                }
            }
            catch (Exception error)
            {
                Failed(connection, error);
            }
        }

        var now = time.GetUtcNow();
        foreach (ref var each in outgoing)
        {
            Count(each.Item, each.Written, now);
        }

        EndFailed();
    }

    private void Count(HubEvent item, int written, DateTimeOffset now)
    {
        if (written == 0)
        {
            return;
        }

        metrics.Delivered(written);
        var seconds = Math.Max(0, (now - item.Entry.Time).TotalSeconds);
        if (item.Record is { } record)
        {
            // Of those alone that are remembered: what looks must not be what is seen.
            recorder!.Load.CountDeliveries(written);
            recorder.Load.Latency.Add(seconds);
            record.WrittenTo(written, now);
        }

        if (item.Delivery is { } delivery)
        {
            delivery.Within(static (metrics, seconds) => metrics.DeliveredAfter(seconds), metrics, seconds);
        }
        else
        {
            metrics.DeliveredAfter(seconds);
        }
    }

    /// <summary>
    /// Of thousands of connections none is in the cache when its turn comes, and a system call keeps the processor from looking ahead. So the next few are read together first: the memory answers for all
    /// of them in the time that it takes for one.
    /// </summary>
    private void Preload(List<Subscription> subscriptions, int from)
    {
        var sum = 0;
        foreach (var subscription in CollectionsMarshal.AsSpan(subscriptions).Slice(from, Math.Min(PreloadedAtOnce, subscriptions.Count - from)))
        {
            sum += subscription.Connection.Preload();
        }

        // Somewhere, or nothing would be read.
        _preloaded = sum;
    }

    /// <summary>Whether a subscription gets an event as it comes. One that recovers reads it from the ring when its turn comes; one whose client knows more than this node is live from what it knows last.</summary>
    private static bool Takes(Subscription subscription, HubEvent item)
    {
        switch (subscription.State)
        {
            case SubscriptionState.Live:
                return true;
            case SubscriptionState.Ahead when item.Entry.IsLogged && item.Position == subscription.Position:
                subscription.State = SubscriptionState.Live;
                return false;
            case SubscriptionState.Waiting:
                return false;
            default:
                return !item.Entry.IsLogged;
        }
    }

    /// <summary>An event under way to the connections of this loop.</summary>
    private struct Outgoing
    {
        public HubEvent Item;
        public DeliverySample Sample;
        public int Written;
    }
}
