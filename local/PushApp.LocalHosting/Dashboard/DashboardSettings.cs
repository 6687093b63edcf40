using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;
using PushApp.LocalHosting.Network;

namespace PushApp.LocalHosting.Dashboard;

/// <summary>Where the dashboard of this run is, and its keys: from the AppHost's launch profile, by the names that Aspire gives them.</summary>
internal sealed record DashboardSettings(Uri Frontend, Uri? OtlpGrpc, Uri? OtlpHttp, Uri ResourceService, string BrowserToken, string OtlpKey, string ResourceServiceKey, bool IsDevelopment)
{
    public const string UrlsVariable = "ASPNETCORE_URLS";
    private const int MinKeyLength = 16;
    private const string AllowHttpVariable = "ASPIRE_ALLOW_UNSECURED_TRANSPORT";
    private const string OtlpGrpcVariable = "DASHBOARD_OTLP_ENDPOINT_URL";
    private const string OtlpHttpVariable = "DASHBOARD_OTLP_HTTP_ENDPOINT_URL";
    private const string ResourceServiceVariable = "RESOURCE_SERVICE_ENDPOINT_URL";

    /// <summary>Where a person begins.</summary>
    public string LoginUrl => $"{Frontend.GetLeftPart(UriPartial.Authority)}/login?t={BrowserToken}";

    /// <summary>What each service is told, as Aspire tells it.</summary>
    public IEnumerable<KeyValuePair<string, string>> ServiceEnvironment
    {
        get
        {
            yield return new("OTEL_EXPORTER_OTLP_ENDPOINT", Text((OtlpGrpc ?? OtlpHttp)!));
            yield return new("OTEL_EXPORTER_OTLP_PROTOCOL", OtlpGrpc is not null ? "grpc" : "http/protobuf");
            yield return new("OTEL_EXPORTER_OTLP_HEADERS", $"x-otlp-api-key={OtlpKey}");
            if (OtlpHttp is not null)
            {
                // Inherited from the AppHost under Aspire too; here its port may be another (RandomizePorts).
                yield return new($"ASPIRE_{OtlpHttpVariable}", Text(OtlpHttp));
            }

            if (IsDevelopment)
            {
                // A person who looks wants to see it at once, and all of it.
                yield return new("OTEL_BLRP_SCHEDULE_DELAY", "1000");
                yield return new("OTEL_BSP_SCHEDULE_DELAY", "1000");
                yield return new("OTEL_METRIC_EXPORT_INTERVAL", "1000");
                yield return new("OTEL_TRACES_SAMPLER", "always_on");
                yield return new("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based");
            }
        }
    }

    /// <summary>Null where nothing says at which address: the AppHost was not started by its launch profile.</summary>
    /// <exception cref="DistributedApplicationException">An address cannot be used; the message says why and what to do.</exception>
    public static DashboardSettings? Read(IConfiguration configuration, bool randomizePorts, bool isDevelopment)
    {
        if (configuration[UrlsVariable] is not { Length: > 0 } urls)
        {
            return null;
        }

        // Of a profile with https and http: that without TLS.
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var frontend = Address(UrlsVariable, addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? addresses[0]);
        var grpc = Optional(OtlpGrpcVariable);
        var http = Optional(OtlpHttpVariable);
        var service = Optional(ResourceServiceVariable);
        if (!configuration.GetValue<bool>(AllowHttpVariable))
        {
            throw new DistributedApplicationException($"The dashboard's address {frontend} is without TLS: set {AllowHttpVariable}=true in the AppHost's launch profile (Properties/launchSettings.json) to allow that on this machine.");
        }

        return new DashboardSettings(
            Port(frontend),
            grpc is null && http is not null ? null : Port(grpc),
            http is null ? null : Port(http),
            Port(service),
            Key("AppHost:BrowserToken", configuration["AppHost:BrowserToken"] ?? Either("DASHBOARD_FRONTEND_BROWSERTOKEN")),
            Key("AppHost:OtlpApiKey", configuration["AppHost:OtlpApiKey"]),
            Key("AppHost:ResourceService:ApiKey", configuration["AppHost:ResourceService:ApiKey"]),
            isDevelopment);

        string? Either(string name) => configuration[$"ASPIRE_{name}"] ?? configuration[$"DOTNET_{name}"];

        Uri? Optional(string name) => Either(name) is { Length: > 0 } url ? Address($"ASPIRE_{name}", url) : null;

        Uri Port(Uri? wanted) => wanted is not null && !randomizePorts ? wanted : new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{LocalPorts.Next()}"));
    }

    /// <summary>Says which port is in use, if one is.</summary>
    /// <exception cref="DistributedApplicationException">One is.</exception>
    public void CheckPorts(string launchSettings)
    {
        foreach (var (what, url) in new[] { ("the dashboard", Frontend), ("the dashboard's OTLP endpoint (gRPC)", OtlpGrpc), ("the dashboard's OTLP endpoint (HTTP)", OtlpHttp), ("the resource service", ResourceService) })
        {
            if (url is not null && !LocalPorts.IsFree(url.Port))
            {
                throw new DistributedApplicationException(string.Create(CultureInfo.InvariantCulture, $"Port {url.Port} of {what} is in use: end the process that holds it, or choose another port in {launchSettings}."));
            }
        }
    }

    public static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private static Uri Address(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp
            && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
            ? url
            : throw new DistributedApplicationException($"{name} is '{value}': the dashboard of the local engine listens on this machine only and without TLS. Write an address such as http://localhost:15080 in the AppHost's launch profile (Properties/launchSettings.json).");

    /// <summary>The one given, else one for this run. Letters, digits and the like only: it goes into URLs and headers.</summary>
    private static string Key(string name, string? given) =>
        given is not { Length: > 0 } ? RandomNumberGenerator.GetHexString(32, lowercase: true)
        : given.Length >= MinKeyLength && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? given
        : throw new DistributedApplicationException($"{name} must have {MinKeyLength} characters or more, of letters, digits, '-', '_' and '.'; leave it out, and each run makes its own.");
}
