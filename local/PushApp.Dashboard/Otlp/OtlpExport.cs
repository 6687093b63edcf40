using PushApp.Dashboard.Otlp.Wire;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Otlp;

/// <summary>Takes what came, by whichever protocol, and says how much of it was not taken.</summary>
internal sealed class OtlpExport(TelemetryStore store)
{
    public ExportResponse Take(ExportTraceRequest request) => Answer(store.Traces.Add(request.ResourceSpans), "spans");

    public ExportResponse Take(ExportLogsRequest request) => Answer(store.Logs.Add(request.ResourceLogs), "log records");

    public ExportResponse Take(ExportMetricsRequest request) => Answer(store.Metrics.Add(request.ResourceMetrics), "data points");

    private static ExportResponse Answer(int refused, string what) => refused == 0 ? new() : new()
    {
        PartialSuccess = new() { Rejected = refused, ErrorMessage = $"Some {what} have invalid ids, or there are more resources or series than the dashboard remembers (Dashboard:Limits)." },
    };
}
