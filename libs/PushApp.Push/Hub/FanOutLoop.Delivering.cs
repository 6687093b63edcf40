using System.Runtime.InteropServices;
using PushApp.Push.Transport;

namespace PushApp.Push.Hub;

/// <content>What it hands to everybody as it comes.</content>
internal sealed partial class FanOutLoop
{
    // Larger events go out at once: to put them together saves little, and takes a buffer of that size for every connection.
    private const int MostPutTogether = SendBuffers.Size;

    // What they hold stays in the cache while they are written to one after the other.
    private const int PreloadedAtOnce = 16;

    private int _preloaded;

    private void Deliver(HubEvent item)
    {
        var written = 0;
        try
        {
            Deliver(item, ref written);
        }
        finally
        {
            // Whatever failed: this loop is done with it, and its trace is the one that tells.
            item.Delivery?.Written(written);
        }
    }

    private void Deliver(HubEvent item, ref int written)
    {
        var channel = item.Channel.Loops[Index];
        var logged = item.Entry.IsLogged;
        if (logged)
        {
            channel.Position = item.Position;
            channel.CursorPart = item.CursorPart;
        }

        // Alone in the queue: each connection is written and flushed while it is at hand. Otherwise what is queued goes out in one flush.
        var flushNow = _queue.IsEmpty || item.Size > MostPutTogether;
        var subscriptions = channel.Subscriptions;
        var sample = DeliverySample.Of(item, subscriptions.Count, options.TracedConnections);
        for (var i = 0; i < subscriptions.Count; i++)
        {
            if (i % PreloadedAtOnce == 0)
            {
                Preload(subscriptions, i);
            }

            var subscription = subscriptions[i];
            if (logged && subscription.State != SubscriptionState.Live && !CatchUp(subscription, item))
            {
                continue;
            }

            if (subscription.State == SubscriptionState.Waiting)
            {
                continue;
            }

            var connection = subscription.Connection;
            FlushIfFull(connection);
            if (logged)
            {
                subscription.CursorPart = item.CursorPart;
            }

            var next = sample.Next();
            if (flushNow ? connection.SendEvent(next) : connection.WriteEvent(next))
            {
                written++;
                Sent(connection, flushNow);
                item.Record?.Written(connection, time);
            }
        }

        if (written > 0)
        {
            var now = time.GetUtcNow();
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

        EndFailed();
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

    /// <summary>Whether a subscription that is not live gets this event now. One that recovers reads it from the ring when its turn comes.</summary>
    private static bool CatchUp(Subscription subscription, HubEvent item)
    {
        if (subscription.State == SubscriptionState.Ahead && item.Position == subscription.Position)
        {
            subscription.State = SubscriptionState.Live;
        }

        return false;
    }
}
