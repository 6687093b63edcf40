using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Telemetry, health, resilience, discovery and the Redis client's manners: the same for every service.</summary>
public static class Extensions
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";

    // PushApp.Push, PushApp.Contacts, …: every part of the app names its sources and meters so.
    private const string OwnTelemetry = "PushApp.*";

    /// <summary>
    /// Adds the defaults: OpenTelemetry (<see cref="ConfigureOpenTelemetry"/>), health checks, service discovery, and resilience for HTTP clients.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });

        // A service starts without its broker, finds it when it comes, and after an outage within two seconds, where the client's own default waits up to ten. AddRedisClient reads these options.
        builder.Services.Configure<ConfigurationOptions>(options => options.ReconnectRetryPolicy = new ExponentialRetry(250, 2000));
        builder.Services.PostConfigure<ConfigurationOptions>(options => options.AbortOnConnectFail = false);
        return builder;
    }

    /// <summary>
    /// Logs, traces and metrics of ASP.NET Core, HTTP clients, the runtime and PushApp. They go where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or that of one signal
    /// (<see cref="OtlpSettings"/>), points; without it, nowhere. Metrics can be scraped, too
    /// (<see cref="MetricsEndpoint"/>).
    /// </summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                .AddPrometheusExporter()
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(OwnTelemetry))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName)
                .AddSource(OwnTelemetry)
                .AddAspNetCoreInstrumentation(options =>
                    options.Filter = context => !context.Request.Path.StartsWithSegments(HealthPath) && !context.Request.Path.StartsWithSegments(AlivePath)
                        && !context.Request.Path.StartsWithSegments(MetricsEndpoint.Path))
                .AddHttpClientInstrumentation());
        builder.AddOtlpExporters();
        return builder;
    }

    private static void AddOtlpExporters(this IHostApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var telemetry = builder.Services.AddOpenTelemetry();
        if (OtlpSettings.HasEndpoint(configuration))
        {
            telemetry.UseOtlpExporter();
            return;
        }

        // An address that is given for one signal is for no other.
        if (OtlpSettings.HasEndpoint(configuration, OtlpSettings.Traces))
        {
            telemetry.WithTracing(tracing => tracing.AddOtlpExporter(options => options.Apply(configuration, OtlpSettings.Traces)));
        }

        if (OtlpSettings.HasEndpoint(configuration, OtlpSettings.Metrics))
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(options => options.Apply(configuration, OtlpSettings.Metrics)));
        }

        if (OtlpSettings.HasEndpoint(configuration, OtlpSettings.Logs))
        {
            telemetry.WithLogging(logging => logging.AddOtlpExporter(options => options.Apply(configuration, OtlpSettings.Logs)));
        }
    }

    /// <summary>Adds the check <c>self</c>, by which a process is alive, and softens that of the broker (<see cref="LostLaterHealthCheck"/>).</summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // Of what is degraded it would tell with each question; LostLaterHealthCheck tells it once.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(r => r.Name.StartsWith("StackExchange.Redis", StringComparison.Ordinal)))
            {
                LostLaterHealthCheck.Wrap(check);
            }
        });
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (every check: ready for requests) and <c>/alive</c> (the process answers), in every environment. They answer with one word, Healthy, Degraded or
    /// Unhealthy, and no details: anybody may ask; in development <c>/health</c> says what is not healthy (<see cref="HealthText"/>). And <c>/metrics</c>, for those who may (<see cref="MetricsEndpoint"/>).
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath, app.Environment.IsDevelopment() ? new HealthCheckOptions { ResponseWriter = HealthText.WriteAsync } : new HealthCheckOptions()).ShortCircuit();
        app.MapMetrics();
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).ShortCircuit();
        return app;
    }
}
