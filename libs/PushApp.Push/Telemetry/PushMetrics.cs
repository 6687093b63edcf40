using System.Diagnostics.Metrics;

namespace PushApp.Push.Telemetry;

/// <summary>What PushApp.Push counts. User names and connection ids are never tags.</summary>
internal sealed class PushMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _published;
    private readonly Counter<long> _received;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _drops;
    private readonly Counter<long> _refills;
    private readonly Counter<long> _resets;
    private readonly UpDownCounter<long> _connections;
    private readonly Histogram<double> _latency;

    public PushMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PushTelemetry.SourceName);
        _published = _meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Events published by this process.");
        _received = _meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Events received from the broker.");

        // No convention covers what follows.
        _deliveries = _meter.CreateCounter<long>("pushapp.deliveries", "{event}", "Events written to connections.");
        _drops = _meter.CreateCounter<long>("pushapp.connections.closed", "{connection}", "Connections that the server ended, by reason.");
        _refills = _meter.CreateCounter<long>("pushapp.log.refills", "{read}", "Reads of a log because something did not link, or for clients that resumed.");
        _resets = _meter.CreateCounter<long>("pushapp.resets", "{reset}", "Positions that could not be continued, by reason.");
        _connections = _meter.CreateUpDownCounter<long>("pushapp.connections", "{connection}", "Open connections by transport.");
        _latency = _meter.CreateHistogram<double>("pushapp.delivery.duration", "s", "From publish to written, by the two machines' clocks.");
    }

    public void Published(ChannelName channel, bool logged, bool duplicate)
    {
        if (_published.Enabled)
        {
            _published.Add(1, new("messaging.destination.template", channel.Template), new("pushapp.logged", logged), new("pushapp.duplicate", duplicate));
        }
    }

    public void Received(ChannelName channel)
    {
        if (_received.Enabled)
        {
            _received.Add(1, new KeyValuePair<string, object?>("messaging.destination.template", channel.Template));
        }
    }

    public void Delivered(int count) => _deliveries.Add(count);

    public void DeliveredAfter(double seconds) => _latency.Record(seconds);

    public void Closed(string reason) => _drops.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Refilled(string cause) => _refills.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void Reset(string reason) => _resets.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void ConnectionOpened(string transport) => _connections.Add(1, new KeyValuePair<string, object?>("transport", transport));

    public void ConnectionClosed(string transport) => _connections.Add(-1, new KeyValuePair<string, object?>("transport", transport));

    public void Dispose() => _meter.Dispose();
}
