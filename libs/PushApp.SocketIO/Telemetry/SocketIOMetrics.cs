using System.Diagnostics.Metrics;
using PushApp.SocketIO.Engine;
using PushApp.SocketIO.Engine.Packets;

namespace PushApp.SocketIO.Telemetry;

/// <summary>
/// What PushApp.SocketIO counts; no convention covers it. What clients choose is never a tag: a namespace is named as it was mapped, a dynamic one by its pattern.
/// Thread-safe; without a listener an instrument costs next to nothing.
/// </summary>
internal sealed class SocketIOMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly UpDownCounter<long> _sessions;
    private readonly Counter<long> _closed;
    private readonly UpDownCounter<long> _sockets;
    private readonly Counter<long> _packetsReceived;
    private readonly Counter<long> _packetsSent;
    private readonly Counter<long> _bytesReceived;
    private readonly Counter<long> _bytesSent;
    private readonly Counter<long> _eventsReceived;
    private readonly Counter<long> _eventsSent;
    private readonly Counter<long> _eventsDropped;
    private readonly UpDownCounter<long> _acksPending;
    private readonly Counter<long> _acksTimedOut;
    private readonly Counter<long> _upgrades;
    private readonly Counter<long> _forwarded;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _connectErrors;
    private readonly Counter<long> _recoveries;

    public SocketIOMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(SocketIOTelemetry.MeterName);
        _sessions = _meter.CreateUpDownCounter<long>("pushapp.socketio.sessions", "{session}", "Open connections of clients, by transport and protocol version.");
        _closed = _meter.CreateCounter<long>("pushapp.socketio.sessions.closed", "{session}", "Connections that ended, by reason.");
        _sockets = _meter.CreateUpDownCounter<long>("pushapp.socketio.sockets", "{socket}", "Connected sockets, by namespace.");
        _packetsReceived = _meter.CreateCounter<long>("pushapp.socketio.packets.received", "{packet}", "Packets of Engine.IO from clients, by transport.");
        _packetsSent = _meter.CreateCounter<long>("pushapp.socketio.packets.sent", "{packet}", "Packets of Engine.IO to clients, by transport.");
        _bytesReceived = _meter.CreateCounter<long>("pushapp.socketio.bytes.received", "By", "Data of packets from clients, without framing, by transport.");
        _bytesSent = _meter.CreateCounter<long>("pushapp.socketio.bytes.sent", "By", "Data of packets to clients, without framing, by transport.");
        _eventsReceived = _meter.CreateCounter<long>("pushapp.socketio.events.received", "{event}", "Events from clients, by namespace.");
        _eventsSent = _meter.CreateCounter<long>("pushapp.socketio.events.sent", "{event}", "Events to sockets, each socket counted, by namespace.");
        _eventsDropped = _meter.CreateCounter<long>("pushapp.socketio.events.dropped", "{event}", "Volatile events to sockets that were not ready for them, by namespace.");
        _acksPending = _meter.CreateUpDownCounter<long>("pushapp.socketio.acks.pending", "{ack}", "Acknowledgements of clients that are waited for.");
        _acksTimedOut = _meter.CreateCounter<long>("pushapp.socketio.acks.timeouts", "{ack}", "Acknowledgements that did not come in time, by namespace.");
        _upgrades = _meter.CreateCounter<long>("pushapp.socketio.upgrades", "{upgrade}", "Upgrades from polling to WebSocket, by outcome.");
        _forwarded = _meter.CreateCounter<long>("pushapp.socketio.requests.forwarded", "{request}", "Requests for other nodes' sessions, by outcome.");
        _refused = _meter.CreateCounter<long>("pushapp.socketio.requests.refused", "{request}", "Requests that were answered with an error, by Engine.IO's code and HTTP status.");
        _connectErrors = _meter.CreateCounter<long>("pushapp.socketio.connect_errors", "{error}", "Clients that were refused by a namespace, by namespace and error.");
        _recoveries = _meter.CreateCounter<long>("pushapp.socketio.recoveries", "{recovery}", "Clients that came back with a private id, by outcome.");
    }

    public void SessionOpened(string transport, int protocol) => _sessions.Add(1, new("transport", transport), new("protocol", protocol));

    public void SessionClosed(string transport, int protocol, string reason)
    {
        _sessions.Add(-1, new("transport", transport), new("protocol", protocol));
        _closed.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    public void Upgraded(int protocol)
    {
        _sessions.Add(-1, new("transport", EngineTransports.Polling), new("protocol", protocol));
        _sessions.Add(1, new("transport", EngineTransports.WebSocket), new("protocol", protocol));
        _upgrades.Add(1, new KeyValuePair<string, object?>("outcome", "completed"));
    }

    public void UpgradeFailed() => _upgrades.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));

    public void Connected(NamespaceDefinition definition) => _sockets.Add(1, definition.Tag);

    public void Disconnected(NamespaceDefinition definition) => _sockets.Add(-1, definition.Tag);

    public void Received(EnginePacket packet, string transport)
    {
        if (_packetsReceived.Enabled || _bytesReceived.Enabled)
        {
            var tag = new KeyValuePair<string, object?>("transport", transport);
            _packetsReceived.Add(1, tag);
            _bytesReceived.Add(packet.Data.Length, tag);
        }
    }

    public void Sent(int packets, long bytes, string transport)
    {
        if (packets > 0 && (_packetsSent.Enabled || _bytesSent.Enabled))
        {
            var tag = new KeyValuePair<string, object?>("transport", transport);
            _packetsSent.Add(packets, tag);
            _bytesSent.Add(bytes, tag);
        }
    }

    public void EventReceived(NamespaceDefinition definition) => _eventsReceived.Add(1, definition.Tag);

    public void EventSent(NamespaceDefinition definition) => _eventsSent.Add(1, definition.Tag);

    public void EventDropped(NamespaceDefinition definition) => _eventsDropped.Add(1, definition.Tag);

    public void AckAwaited() => _acksPending.Add(1);

    public void AcksSettled(int count)
    {
        if (count > 0)
        {
            _acksPending.Add(-count);
        }
    }

    public void AckTimedOut(NamespaceDefinition definition) => _acksTimedOut.Add(1, definition.Tag);

    /// <param name="outcome">"forwarded", "unknown" (no such node), "unreachable", or "undecided" (Redis is away).</param>
    public void Forwarded(string outcome) => _forwarded.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Refused(EngineError error) => _refused.Add(1, new("code", error.Code), new("http.response.status_code", error.Status));

    /// <param name="definition">Null for a namespace that is not there.</param>
    /// <param name="error">The error's name, which the application's code chooses.</param>
    public void ConnectRefused(NamespaceDefinition? definition, string error) =>
        _connectErrors.Add(1, definition?.Tag ?? new("namespace", "unknown"), new("error.type", error));

    public void Recovery(string outcome) => _recoveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
