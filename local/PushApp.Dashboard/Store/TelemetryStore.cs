using Microsoft.Extensions.Options;
using PushApp.Dashboard.Configuration;

namespace PushApp.Dashboard.Store;

/// <summary>All the telemetry that is remembered.</summary>
internal sealed class TelemetryStore
{
    public TelemetryStore(IOptions<DashboardOptions> options)
        : this(options.Value.Limits)
    {
    }

    public TelemetryStore(TelemetryLimits limits)
    {
        Resources = new ResourceRegistry(limits.MaxResources);
        Traces = new TraceStore(Resources, limits);
        Logs = new LogStore(Resources, limits);
        Metrics = new MetricStore(Resources, limits);
    }

    public ResourceRegistry Resources { get; }

    public TraceStore Traces { get; }

    public LogStore Logs { get; }

    public MetricStore Metrics { get; }
}
