namespace PushApp.AppHost;

/// <summary>Leads from the site's Inspector to the dashboard.</summary>
internal static class TraceLinkExtensions
{
    /// <summary>Tells the site where a trace is shown: by this run's dashboard, where there is one (its address is the AppHost's own, from the launch profile).</summary>
    public static IResourceBuilder<T> WithTraceLinks<T>(this IResourceBuilder<T> site)
        where T : IResourceWithEnvironment
    {
        var builder = site.ApplicationBuilder;
        return !builder.ExecutionContext.IsPublishMode && builder.Configuration["ASPNETCORE_URLS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) is [var dashboard, ..]
            ? site.WithEnvironment("Inspector__TraceUrl", $"{dashboard.TrimEnd('/')}/traces/detail/{{traceId}}")
            : site;
    }
}
