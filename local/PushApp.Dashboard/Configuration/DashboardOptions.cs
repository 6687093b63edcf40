namespace PushApp.Dashboard.Configuration;

/// <summary>What the AppHost tells the dashboard: where to listen, the keys of this run, and how much to remember. Section <c>Dashboard</c>.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Dashboard";

    /// <summary>Where the pages are: <c>http://localhost:port</c>.</summary>
    public string FrontendUrl { get; set; } = "";

    /// <summary>Where OTLP over gRPC is taken (HTTP/2 without TLS). Empty: nowhere.</summary>
    public string OtlpGrpcUrl { get; set; } = "";

    /// <summary>Where OTLP over HTTP is taken, as protobuf or JSON. Empty: nowhere.</summary>
    public string OtlpHttpUrl { get; set; } = "";

    /// <summary>Where the AppHost's resource service is. Empty: the dashboard shows telemetry only.</summary>
    public string ResourceServiceUrl { get; set; } = "";

    /// <summary>What opens the pages. At least 16 characters.</summary>
    public string BrowserToken { get; set; } = "";

    /// <summary>What <c>x-otlp-api-key</c> must say. At least 16 characters.</summary>
    public string OtlpApiKey { get; set; } = "";

    /// <summary>What the resource service wants to hear.</summary>
    public string ResourceServiceApiKey { get; set; } = "";

    /// <summary>How much is remembered.</summary>
    public TelemetryLimits Limits { get; set; } = new();
}
