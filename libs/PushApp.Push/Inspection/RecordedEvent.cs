using System.Globalization;
using PushApp.Push.Hub;
using PushApp.Push.Telemetry;

namespace PushApp.Push.Inspection;

/// <summary>What a node remembers of one event that it received: when, and to whom it was written. Thread-safe.</summary>
/// <param name="item">The event.</param>
/// <param name="receivedAt">When the broker's message of it arrived, or it was read from its log.</param>
/// <param name="maxDeliveries">How many connections are noted.</param>
/// <param name="isFromLog">Whether the node has it from its channel's log alone, for those who came back.</param>
internal sealed class RecordedEvent(HubEvent item, DateTimeOffset receivedAt, int maxDeliveries, bool isFromLog = false)
{
    private readonly Lock _lock = new();
    private List<RecordedDelivery>? _deliveries;
    private bool _isFull = maxDeliveries == 0;
    private int _connections;
    private DateTimeOffset? _firstWritten;
    private DateTimeOffset? _lastWritten;

    public ChannelName Channel { get; } = item.Channel.Name;

    public string Event { get; } = item.Entry.Event;

    public bool IsLogged { get; } = item.Entry.IsLogged;

    public Position Position { get; } = item.Position;

    public long TimeMs { get; } = item.Entry.TimeMs;

    public long ExpiresMs { get; } = item.Entry.ExpiresMs;

    public int Bytes { get; } = item.Entry.Data.Length;

    /// <summary>The trace context of the publish.</summary>
    public string? TraceParent { get; } = item.Entry.TraceParent;

    /// <summary>The trace context that went out to the browsers from here: what they have shown names it.</summary>
    public string? OutTraceParent { get; } = item.TraceParent;

    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    public string Key => KeyOf(IsLogged, Position, TimeMs, Event, TraceParent);

    /// <summary>
    /// What names an event in its channel, on every node alike: its position; of one without, the time of its publish and a hash of what else is known of it.
    /// </summary>
    public static string KeyOf(bool isLogged, Position position, long timeMs, string eventName, string? traceParent)
    {
        if (isLogged)
        {
            return position.ToString();
        }

        // FNV-1a (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv): the same in every process, as string's own hash is not.
        var hash = 2166136261u;
        foreach (var character in $"{eventName}\n{traceParent}")
        {
            hash = (hash ^ character) * 16777619u;
        }

        return string.Create(CultureInfo.InvariantCulture, $"e{timeMs}-{hash:x8}");
    }

    /// <summary>A loop has written it to a connection: noted for the first few, at the cost of a look for the others.</summary>
    public void Written(HubConnection connection, TimeProvider time)
    {
        if (Volatile.Read(ref _isFull))
        {
            return;
        }

        lock (_lock)
        {
            if (!_isFull)
            {
                Note(connection, time.GetUtcNow(), StateOf(connection));
            }
        }
    }

    /// <summary>A loop has written it to so many of its connections.</summary>
    public void WrittenTo(int connections, DateTimeOffset at)
    {
        lock (_lock)
        {
            _connections += connections;
            _firstWritten ??= at;
            _lastWritten = at;
        }
    }

    /// <summary>It was handed to a connection that had missed it.</summary>
    public void Resumed(HubConnection connection, DateTimeOffset at)
    {
        lock (_lock)
        {
            // When it was written to those who were there is not moved by one who comes back later.
            _connections++;
            _firstWritten ??= at;
            _lastWritten ??= at;
            if (!_isFull)
            {
                Note(connection, at, DeliveryState.Resumed);
            }
        }
    }

    public NodeTrack ToTrack(string node)
    {
        lock (_lock)
        {
            return new NodeTrack(node, ReceivedAt, _firstWritten, _lastWritten, _connections, OutTraceParent, [.. _deliveries ?? []]) { IsFromLog = isFromLog };
        }
    }

    public EventSummary ToSummary(string node)
    {
        lock (_lock)
        {
            return new EventSummary(
                Key, Channel.Value, Event, IsLogged, DateTimeOffset.FromUnixTimeMilliseconds(TimeMs), Bytes, _connections, [node], TraceIds.Of(TraceParent))
            { IsSampled = TraceContext.IsSampled(TraceParent), WrittenAt = _lastWritten };
        }
    }

    private static DeliveryState StateOf(HubConnection connection) =>
        connection.IsOverflown ? DeliveryState.Dropped : connection.WaitingBytes > 0 ? DeliveryState.Queued : DeliveryState.Written;

    private void Note(HubConnection connection, DateTimeOffset at, DeliveryState state)
    {
        _deliveries ??= [];
        _deliveries.Add(new RecordedDelivery(connection.Id, connection.Principal.UserName, connection.Carrier, at, state));
        _isFull = _deliveries.Count >= maxDeliveries;
    }
}
