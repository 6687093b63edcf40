using System.Diagnostics;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Hub;

/// <summary>
/// The span <c>deliver</c> of one event on this node: from the moment it is handed to the loops until the last of them has written it. One span however many connections there are, with their number as
/// an attribute; what a browser shows is its child.
/// </summary>
internal sealed class Delivery
{
    private readonly Activity _activity;
    private int _loopsLeft;
    private int _connections;

    private Delivery(Activity activity, int loops)
    {
        _activity = activity;
        _loopsLeft = loops;
    }

    /// <summary>The trace context that goes out with the event.</summary>
    public string? TraceParent => _activity.Id;

    /// <summary>Begins it below the current span; null where nobody records that one.</summary>
    public static Delivery? Start(ChannelName channel, string eventName, int loops)
    {
        var parent = Activity.Current;
        if (PushActivitySource.StartDeliver(channel, eventName) is not { } activity)
        {
            return null;
        }

        // It is ended elsewhere: what this thread does next is not part of it.
        Activity.Current = parent;
        return new Delivery(activity, loops);
    }

    /// <summary>Runs something as part of this span, so that what it measures can point here.</summary>
    public void Within(Action<PushMetrics, double> record, PushMetrics metrics, double value)
    {
        var before = Activity.Current;
        Activity.Current = _activity;
        try
        {
            record(metrics, value);
        }
        finally
        {
            Activity.Current = before;
        }
    }

    /// <summary>One loop has written it to its connections. The last one ends the span.</summary>
    public void Written(int connections)
    {
        var all = Interlocked.Add(ref _connections, connections);
        if (Interlocked.Decrement(ref _loopsLeft) == 0)
        {
            _activity.SetTag("pushapp.connections", all);

            // Ending it makes the span before it current, which is over: the loop goes on in what it was in.
            var before = Activity.Current;
            _activity.Dispose();
            Activity.Current = before;
        }
    }
}
