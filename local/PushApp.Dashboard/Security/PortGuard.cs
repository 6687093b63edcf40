using Microsoft.Extensions.Options;
using PushApp.Dashboard.Configuration;
using PushApp.Dashboard.Otlp;

namespace PushApp.Dashboard.Security;

/// <summary>Keeps the ports apart: telemetry comes in on its own, with its key; pages are on the other.</summary>
internal sealed class PortGuard(RequestDelegate next, IOptions<DashboardOptions> options)
{
    public const string KeyHeader = "x-otlp-api-key";

    private readonly int _frontend = new Uri(options.Value.FrontendUrl).Port;

    public Task InvokeAsync(HttpContext context)
    {
        var isOtlp = context.GetEndpoint()?.Metadata.GetMetadata<OtlpEndpointAttribute>() is not null;
        if (isOtlp == (context.Connection.LocalPort == _frontend))
        {
            return Results.NotFound().ExecuteAsync(context);
        }

        return isOtlp && !SecretText.AreEqual(context.Request.Headers[KeyHeader], options.Value.OtlpApiKey)
            ? Results.Problem($"The header {KeyHeader} does not hold this run's key; the AppHost hands it to services in OTEL_EXPORTER_OTLP_HEADERS.", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context)
            : next(context);
    }
}
