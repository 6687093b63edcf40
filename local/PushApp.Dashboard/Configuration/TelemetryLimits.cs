namespace PushApp.Dashboard.Configuration;

/// <summary>How much telemetry is remembered. Beyond a bound the oldest is dropped, and counted. Section <c>Dashboard:Limits</c>.</summary>
internal sealed class TelemetryLimits
{
    /// <summary>Spans kept. 100 to 1,000,000.</summary>
    /// <value>20,000.</value>
    public int MaxSpans { get; set; } = 20_000;

    /// <summary>Bytes of spans kept, as they came over the wire. From 1 MiB.</summary>
    /// <value>64 MiB.</value>
    public long MaxSpanBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Log records kept. 100 to 1,000,000.</summary>
    /// <value>20,000.</value>
    public int MaxLogs { get; set; } = 20_000;

    /// <summary>Bytes of log records kept, as they came over the wire. From 1 MiB.</summary>
    /// <value>32 MiB.</value>
    public long MaxLogBytes { get; set; } = 32L * 1024 * 1024;

    /// <summary>Series (an instrument's attribute sets) kept over all instruments; further ones are not taken. 10 to 100,000.</summary>
    /// <value>2,000.</value>
    public int MaxSeries { get; set; } = 2_000;

    /// <summary>Points kept per series. Points with the same value in a row count as two. 10 to 10,000.</summary>
    /// <value>900: a quarter of an hour of a value that changes each second.</value>
    public int MaxPointsPerSeries { get; set; } = 900;

    /// <summary>Resources (service instances) known; data of further ones is not taken. 1 to 10,000.</summary>
    /// <value>200.</value>
    public int MaxResources { get; set; } = 200;

    /// <summary>Bytes of one OTLP request, unpacked. 64 KiB to 64 MiB.</summary>
    /// <value>4 MiB.</value>
    public int MaxRequestBytes { get; set; } = 4 * 1024 * 1024;
}
