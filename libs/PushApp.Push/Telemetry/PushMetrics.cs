using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace PushApp.Push.Telemetry;

/// <summary>What PushApp.Push counts. User names and connection ids are never tags.</summary>
internal sealed class PushMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly Counter<long> _published;
    private readonly Counter<long> _received;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _drops;
    private readonly Counter<long> _refills;
    private readonly Counter<long> _resets;
    private readonly Counter<long> _skips;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _resumes;
    private readonly Counter<long> _refusals;
    private readonly UpDownCounter<long> _connections;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _roundTrip;

    public PushMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PushTelemetry.SourceName);
        _published = _meter.CreateCounter<long>("messaging.client.sent.messages", "{message}", "Events published by this process.");
        _received = _meter.CreateCounter<long>("messaging.client.consumed.messages", "{message}", "Events received from the broker.");

        // No convention covers what follows.
        _deliveries = _meter.CreateCounter<long>("pushapp.deliveries", "{event}", "Events written to connections.");
        _drops = _meter.CreateCounter<long>("pushapp.connections.closed", "{connection}", "Connections that the server ended, by reason.");
        _refills = _meter.CreateCounter<long>("pushapp.log.refills", "{read}", "Reads of a log because something did not link, or for clients that resumed.");
        _skips = _meter.CreateCounter<long>(
            "pushapp.loops.skipped", "{event}", "Events that a fan-out loop was not handed, as too much waited for it: logged ones are read from the log later, the others are gone.");
        _resets = _meter.CreateCounter<long>("pushapp.resets", "{reset}", "Positions that could not be continued, by reason.");
        _connections = _meter.CreateUpDownCounter<long>("pushapp.connections", "{connection}", "Open connections by transport.");
        _bytes = _meter.CreateCounter<long>("pushapp.deliveries.bytes", "By", "Bytes written to connections, heartbeats and control events among them.");
        _resumes = _meter.CreateCounter<long>("pushapp.connections.resumed", "{connection}", "Connections that came back with a cursor, by whether it could be read.");
        _refusals = _meter.CreateCounter<long>("pushapp.authorization.refusals", "{refusal}", "Principals that were refused a channel, by what they wanted.");
        _latency = _meter.CreateHistogram<double>(
            "pushapp.delivery.duration", "s", "From publish to written, by the two machines' clocks.", advice: Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10));

        // https://opentelemetry.io/docs/specs/semconv/database/database-metrics/
        _roundTrip = _meter.CreateHistogram<double>(
            "db.client.operation.duration", "s", "Round trips to the broker.", advice: Buckets(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10));
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

    /// <summary>Has figures asked for whenever somebody reads the metrics: channels that the node holds, subscriptions to them, bytes that wait for clients.</summary>
    public void Observe(Func<long> channels, Func<long> subscriptions, Func<long> outboxBytes)
    {
        _meter.CreateObservableUpDownCounter("pushapp.channels", channels, "{channel}", "Channels that the node is subscribed to.");
        _meter.CreateObservableUpDownCounter("pushapp.subscriptions", subscriptions, "{subscription}", "Channels held by open connections, each counted for each connection.");
        _meter.CreateObservableUpDownCounter("pushapp.outbox.bytes", outboxBytes, "By", "Bytes that wait for clients which do not keep up.");
    }

    public void Written(long bytes) => _bytes.Add(bytes);

    public void Resumed(bool known) => _resumes.Add(1, new KeyValuePair<string, object?>("known", known));

    public void Refused(ChannelName channel, ChannelAccess access)
    {
        if (_refusals.Enabled)
        {
            _refusals.Add(1, new("access", access.ToString().ToLowerInvariant()), new("messaging.destination.template", channel.Template));
        }
    }

    public void RoundTrip(string command, double seconds)
    {
        if (_roundTrip.Enabled)
        {
            _roundTrip.Record(seconds, new("db.system.name", "redis"), new("db.operation.name", command));
        }
    }

    public void Delivered(int count) => _deliveries.Add(count);

    public void DeliveredAfter(double seconds) => _latency.Record(seconds);

    public void Closed(string reason) => _drops.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Refilled(string cause) => _refills.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void Skipped(bool logged) => _skips.Add(1, new KeyValuePair<string, object?>("logged", logged));

    public void Reset(string reason) => _resets.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Open connections by transport, as counted: nobody needs to go through them.</summary>
    public IReadOnlyDictionary<string, int> Open => _open.Where(each => each.Value != 0).ToDictionary(StringComparer.Ordinal);

    public void ConnectionOpened(string transport) => Count(transport, 1);

    public void ConnectionClosed(string transport) => Count(transport, -1);

    public void Dispose() => _meter.Dispose();

    private void Count(string transport, int change)
    {
        _open.AddOrUpdate(transport, static (_, change) => change, static (_, count, change) => count + change, change);
        _connections.Add(change, new KeyValuePair<string, object?>("transport", transport));
    }

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}
