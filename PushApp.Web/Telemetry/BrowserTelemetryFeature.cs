using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace PushApp.Web.Telemetry;

/// <summary>The browsers' part of a trace, and which requests are none.</summary>
internal static class BrowserTelemetryFeature
{
    // Connections that last, polls, and what brings spans itself: none of them is what somebody did. Socket.IO's events are traces of their own.
    private static readonly PathString[] Chatter = ["/sse", "/socket.io", "/api/telemetry"];

    // What looks must not be what is seen: the Inspector's page asks again and again. A test event that it publishes is somebody's doing.
    private static readonly PathString Inspector = "/api/inspector";

    public static void AddBrowserTelemetry(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<BrowserTelemetryOptions>().BindConfiguration(BrowserTelemetryOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BrowserTelemetryOptions>, BrowserTelemetryOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BrowserTelemetryMetrics>();
        services.AddSingleton<BrowserTelemetryEndpoint>();
        services.AddSingleton<SpanRelay>();
        services.PostConfigure<AspNetCoreTraceInstrumentationOptions>(options =>
        {
            var before = options.Filter;
            options.Filter = context => !IsChatter(context.Request) && (before?.Invoke(context) ?? true);
        });
    }

    private static bool IsChatter(HttpRequest request) =>
        Array.Exists(Chatter, path => request.Path.StartsWithSegments(path)) || (HttpMethods.IsGet(request.Method) && request.Path.StartsWithSegments(Inspector));

    public static void MapBrowserTelemetry(this IEndpointRouteBuilder app)
    {
        // Made now: settings of an exporter that cannot be end the start, and not each request of a page.
        app.ServiceProvider.GetRequiredService<SpanRelay>();
        app.MapPost(BrowserTelemetryEndpoint.Path, (HttpContext context, BrowserTelemetryEndpoint endpoint) => endpoint.ExportAsync(context))
            .RequireAuthorization().WithTags("Telemetry").ExcludeFromDescription();
    }
}
