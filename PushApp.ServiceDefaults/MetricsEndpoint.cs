using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// <c>GET /metrics</c> for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/): from this machine, or from anywhere with <c>Authorization: Bearer</c> and the token in
/// <c>Metrics:Token</c> (at least 16 characters). Figures tell a stranger more of a site than they need to know.
/// </summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    private const string TokenKey = "Metrics:Token";
    private const int MinTokenLength = 16;

    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Original-For", "Forwarded", "Via"];

    public static void MapMetrics(this WebApplication app)
    {
        var token = app.Configuration[TokenKey];
        if (token is { Length: > 0 and < MinTokenLength })
        {
            throw new InvalidOperationException($"{TokenKey} has {token.Length} characters. Set one of at least {MinTokenLength}, or none: then only this machine may read {Path}.");
        }

        app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == Path && HttpMethods.IsGet(context.Request.Method) && IsAllowed(context, token));
        app.MapGet(Path, () => Results.Problem(
            statusCode: StatusCodes.Status403Forbidden,
            title: "Not permitted",
            detail: $"Metrics are read from the machine itself, or with 'Authorization: Bearer' and the token that {TokenKey} sets."));
    }

    private static bool IsAllowed(HttpContext context, string? token)
    {
        // A proxy on this machine speaks for somebody elsewhere.
        var isProxied = ProxyHeaders.Any(context.Request.Headers.ContainsKey);
        if (!isProxied && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address))
        {
            return true;
        }

        const string Scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        return token is { Length: > 0 }
            && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()), Encoding.UTF8.GetBytes(token));
    }
}
