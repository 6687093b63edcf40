using PushApp.Dashboard.Otlp;
using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>A log record, as it came, with what is asked of it often.</summary>
internal sealed class LogEntry(long number, TelemetryResource resource, InstrumentationScope scope, LogRecord wire)
{
    /// <summary>Counts up: names the entry.</summary>
    public long Number { get; } = number;

    public TelemetryResource Resource { get; } = resource;

    public InstrumentationScope Scope { get; } = scope;

    public LogRecord Wire { get; } = wire;

    public string TraceId { get; } = Hex.Of(wire.TraceId);

    public string SpanId { get; } = Hex.Of(wire.SpanId);

    public ulong Time => Wire.TimeUnixNano != 0 ? Wire.TimeUnixNano : Wire.ObservedTimeUnixNano;

    public string Message { get; } = Values.Text(wire.Body);

    /// <summary>By OTLP's severity numbers: four for each level.</summary>
    public LogLevel Level => Wire.SeverityNumber switch
    {
        <= 0 => LogLevel.Information,
        <= 4 => LogLevel.Trace,
        <= 8 => LogLevel.Debug,
        <= 12 => LogLevel.Information,
        <= 16 => LogLevel.Warning,
        <= 20 => LogLevel.Error,
        _ => LogLevel.Critical,
    };

    /// <summary>The stack trace that came along, or empty.</summary>
    public string Exception => Values.Text(Wire.Attributes.FirstOrDefault(a => a.Key == "exception.stacktrace")?.Value);
}
