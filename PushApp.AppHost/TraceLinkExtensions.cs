using Microsoft.Extensions.Configuration;

namespace PushApp.AppHost;

/// <summary>Leads from the site's Inspector to the dashboard.</summary>
internal static class TraceLinkExtensions
{
    /// <summary>Tells the site where a trace is shown: by this run's dashboard, where there is one (its address is the AppHost's own, from the launch profile).</summary>
    public static IResourceBuilder<T> WithTraceLinks<T>(this IResourceBuilder<T> site)
        where T : IResourceWithEnvironment
    {
        var builder = site.ApplicationBuilder;
        var dashboards = builder.Configuration["ASPNETCORE_URLS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];

        // At random ports nobody knows yet where it will be.
        return !builder.ExecutionContext.IsPublishMode && !builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts")
            && (dashboards.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? dashboards.FirstOrDefault()) is { } dashboard
            ? site.WithEnvironment("Inspector__TraceUrl", $"{dashboard.TrimEnd('/')}/traces/detail/{{traceId}}")
            : site;
    }
}
