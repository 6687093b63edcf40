using System.Diagnostics.Metrics;

namespace PushApp.Push.Interop;

/// <summary>What became of legacy messages at this node. No convention covers it.</summary>
internal sealed class InteropMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _messages;

    public InteropMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(PushTelemetry.SourceName);
        _messages = _meter.CreateCounter<long>("pushapp.interop.messages", "{message}", "Messages of existing publishers, by outcome at this node: logged, malformed, failed or forgotten.");
    }

    public void Logged() => Count("logged");

    public void Malformed() => Count("malformed");

    public void Failed() => Count("failed");

    public void Forgotten(int count) => Count("forgotten", count);

    public void Dispose() => _meter.Dispose();

    private void Count(string outcome, int count = 1) => _messages.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
}
