using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>A span, as it came, with what is asked of it often.</summary>
internal sealed class SpanRecord(TelemetryResource resource, InstrumentationScope scope, Span wire)
{
    public TelemetryResource Resource { get; } = resource;

    public InstrumentationScope Scope { get; } = scope;

    public Span Wire { get; } = wire;

    public string TraceId { get; } = Hex.Of(wire.TraceId);

    public string SpanId { get; } = Hex.Of(wire.SpanId);

    /// <summary>Empty for the first of a trace.</summary>
    public string ParentId { get; } = Hex.Of(wire.ParentSpanId);

    public string Name => Wire.Name;

    public ulong Start => Wire.StartTimeUnixNano;

    /// <summary>Clocks that are wrong end before they start: such a span counts as an instant.</summary>
    public ulong End => Math.Max(Wire.EndTimeUnixNano, Wire.StartTimeUnixNano);

    public bool IsError => Wire.Status?.Code == StatusCode.Error;
}
