using System.Diagnostics;
using Microsoft.Extensions.Options;
using PushApp.Push.Hub;

namespace PushApp.Push.Inspection;

/// <summary>
/// What this process remembers of recent events, connections and refusals: a few rings of fixed size, written once per event. There is none where <c>AddInspection</c> was not called. Thread-safe.
/// </summary>
internal sealed class NodeRecorder(IOptions<PushOptions> options, TimeProvider time)
{
    // Of a connection with more, the others are left out.
    private const int MaxChannels = 32;

    private readonly InspectionOptions _options = options.Value.Inspection;
    private readonly Lock _lock = new();
    private readonly RecentRing<RecordedEvent> _logged = new(options.Value.Inspection.RecentEvents);
    private readonly RecentRing<RecordedEvent> _ephemeral = new(options.Value.Inspection.RecentEvents);
    private readonly RecentRing<RecordedPublish> _published = new(options.Value.Inspection.RecentEvents);
    private readonly RecentRing<RecordedPublish> _sent = new(options.Value.Inspection.RecentEvents);
    private readonly RecentRing<RecordedEnd> _ends = new(options.Value.Inspection.RecentEnds);
    private readonly RecentRing<RecordedRefusal> _refusals = new(options.Value.Inspection.RecentEnds);

    // One for each browser that was noted.
    private readonly RecentRing<RecordedShow> _shown = new(options.Value.Inspection.RecentEvents * Math.Max(1, options.Value.Inspection.DeliveriesPerEvent));
    private readonly Dictionary<(ChannelName, Position), RecordedEvent> _byPosition = [];

    // Apart from what came live: one who comes back and missed much is not to have that forgotten.
    private readonly RecentRing<RecordedEvent> _fromLog = new(options.Value.Inspection.RecentEvents);
    private readonly Dictionary<(ChannelName, Position), RecordedEvent> _fromLogByPosition = [];

    public LoadCounters Load { get; } = new();

    /// <summary>Since when it remembers.</summary>
    public DateTimeOffset Began { get; } = time.GetUtcNow();

    /// <summary>Whether a channel's events are remembered: not those that this very looking causes, nor each node's own figures.</summary>
    public static bool Records(ChannelName channel) => channel != InspectionChannel.Name && channel != ChannelName.Stats;

    /// <summary>The broker's message of an event has arrived.</summary>
    public RecordedEvent? Received(HubEvent item)
    {
        Load.CountReceived();
        if (item.Entry.IsRoot)
        {
            return null;
        }

        var recorded = new RecordedEvent(item, time.GetUtcNow(), _options.DeliveriesPerEvent);
        lock (_lock)
        {
            if (!recorded.IsLogged)
            {
                _ephemeral.Add(recorded);
            }
            else
            {
                if (_logged.Add(recorded) is { } forgotten)
                {
                    _byPosition.Remove((forgotten.Channel, forgotten.Position));
                }

                _byPosition[(recorded.Channel, recorded.Position)] = recorded;
            }
        }

        return recorded;
    }

    /// <summary>What is remembered of a logged event; null for nothing.</summary>
    public RecordedEvent? Find(ChannelName channel, Position position)
    {
        lock (_lock)
        {
            return _byPosition.GetValueOrDefault((channel, position));
        }
    }

    /// <summary>A logged event of which nothing is remembered is handed to one who had missed it: noted as read from the log. Null where its channel's events are not remembered.</summary>
    public RecordedEvent? ReadFromLog(HubEvent item)
    {
        if (!Records(item.Channel.Name))
        {
            return null;
        }

        var key = (item.Channel.Name, item.Position);
        lock (_lock)
        {
            // Several loops may hand on the same page.
            if ((_byPosition.GetValueOrDefault(key) ?? _fromLogByPosition.GetValueOrDefault(key)) is { } known)
            {
                return known;
            }

            var recorded = new RecordedEvent(item, time.GetUtcNow(), _options.DeliveriesPerEvent, isFromLog: true);
            if (_fromLog.Add(recorded) is { } forgotten)
            {
                _fromLogByPosition.Remove((forgotten.Channel, forgotten.Position));
            }

            _fromLogByPosition[key] = recorded;
            return recorded;
        }
    }

    public void Published(
        ChannelName channel, string eventName, PublishResult result, int bytes, string? traceParent, Activity? cause, DateTimeOffset startedAt)
    {
        Load.CountPublished();
        if (!Records(channel))
        {
            return;
        }

        var (requestedAt, pickedUpAt, work) = RecordedPublish.CauseOf(cause);
        var recorded = new RecordedPublish(
            channel, eventName, result.Position, result.Time, bytes, traceParent, requestedAt, pickedUpAt, startedAt, time.GetUtcNow(), work);
        lock (_lock)
        {
            (recorded.Position is null ? _sent : _published).Add(recorded);
        }
    }

    public void Ended(HubConnection connection, CloseReason reason)
    {
        // Asked for by the user's name: visitors would only push the others out.
        if (connection.Principal.UserName is null)
        {
            return;
        }

        var held = connection.Subscriptions.Take(MaxChannels);
        var end = new RecordedEnd(
            connection.Id, connection.Principal.UserName, connection.Carrier, connection.Since, time.GetUtcNow(), reason.Name(), connection.WaitingBytes,
            [.. held.Select(subscription => subscription.Channel.Name.Value)])
        { HeldSince = [.. held.Select(subscription => subscription.HeldSince ?? connection.Since)] };
        lock (_lock)
        {
            _ends.Add(end);
        }
    }

    public void Refused(PushPrincipal principal, ChannelName channel, ChannelAccess access)
    {
        if (principal.UserName is null)
        {
            return;
        }

        var refusal = new RecordedRefusal(principal.UserName, channel.Value, access.ToString().ToLowerInvariant(), time.GetUtcNow());
        lock (_lock)
        {
            _refusals.Add(refusal);
        }
    }

    public void Shown(RecordedShow shown)
    {
        lock (_lock)
        {
            _shown.Add(shown);
        }
    }

    /// <summary>How many events there were to remember, so that whoever watches learns of new ones.</summary>
    public long EventCount
    {
        get
        {
            lock (_lock)
            {
                return _logged.Added + _ephemeral.Added + _published.Added + _sent.Added;
            }
        }
    }

    public IReadOnlyList<RecordedEvent> Events(bool logged, bool ephemeral) => Merge(logged ? _logged : null, ephemeral ? _ephemeral : null, item => item.ReceivedAt);

    /// <summary>Those that are remembered because they were read from a log for one who had missed them.</summary>
    public IReadOnlyList<RecordedEvent> FromLog() => Merge(_fromLog, null, item => item.ReceivedAt);

    public IReadOnlyList<RecordedPublish> Publishes(bool logged, bool ephemeral) => Merge(logged ? _published : null, ephemeral ? _sent : null, item => item.AcknowledgedAt);

    public IReadOnlyList<RecordedEnd> Ends() => Merge(_ends, null, item => item.EndedAt);

    public IReadOnlyList<RecordedRefusal> Refusals() => Merge(_refusals, null, item => item.At);

    public IReadOnlyList<RecordedShow> Shows() => Merge(_shown, null, item => item.ShownAt);

    /// <summary>A copy, newest first: looked through without holding up what is remembered next.</summary>
    private List<T> Merge<T>(RecentRing<T>? first, RecentRing<T>? second, Func<T, DateTimeOffset> timeOf)
        where T : class
    {
        List<T> all;
        lock (_lock)
        {
            all = [.. first?.NewestFirst() ?? [], .. second?.NewestFirst() ?? []];
        }

        if (first is not null && second is not null)
        {
            all.Sort((a, b) => timeOf(b).CompareTo(timeOf(a)));
        }

        return all;
    }
}
