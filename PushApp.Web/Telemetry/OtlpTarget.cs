namespace PushApp.Web.Telemetry;

/// <summary>Where traces go, by OpenTelemetry's own settings (https://opentelemetry.io/docs/specs/otel/protocol/exporter/): the same that the service's exporter reads.</summary>
/// <param name="Endpoint">With HTTP the whole address, with gRPC the server's.</param>
/// <param name="IsGrpc">gRPC, else protobuf over HTTP.</param>
/// <param name="Headers">To be sent with each request, such as a key.</param>
/// <param name="Timeout">How long a request may take.</param>
internal sealed record OtlpTarget(Uri Endpoint, bool IsGrpc, IReadOnlyList<KeyValuePair<string, string>> Headers, TimeSpan Timeout)
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";
    private const string ForTraces = "OTEL_EXPORTER_OTLP_TRACES_";
    private const string TracesPath = "v1/traces";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Null where no endpoint is set. What is said for traces alone goes before what is said for everything.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is no address.</exception>
    public static OtlpTarget? From(IConfiguration configuration)
    {
        var own = Text(configuration[$"{ForTraces}ENDPOINT"]);
        if ((own ?? Text(configuration[$"{Prefix}ENDPOINT"])) is not { } endpoint)
        {
            return null;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException($"{(own is null ? Prefix : ForTraces)}ENDPOINT is '{endpoint}'; set it to an address, such as http://localhost:4317.");
        }

        // As in OpenTelemetry's exporter for .NET, gRPC is what stands for nothing, and for what it does not know.
        var isGrpc = !(Setting(configuration, "PROTOCOL")?.StartsWith("http/", StringComparison.OrdinalIgnoreCase) ?? false);
        if (!isGrpc && own is null)
        {
            address = new Uri(address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/"), TracesPath);
        }

        var timeout = int.TryParse(Setting(configuration, "TIMEOUT"), out var milliseconds) && milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds) : DefaultTimeout;
        return new OtlpTarget(address, isGrpc, [.. ReadHeaders(Setting(configuration, "HEADERS"))], timeout);
    }

    // key=value,key=value; values are percent-encoded, as in W3C Baggage.
    private static IEnumerable<KeyValuePair<string, string>> ReadHeaders(string? text)
    {
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=');
            if (at > 0)
            {
                yield return new(part[..at].Trim().ToLowerInvariant(), Uri.UnescapeDataString(part[(at + 1)..].Trim()));
            }
        }
    }

    private static string? Setting(IConfiguration configuration, string name) => Text(configuration[ForTraces + name]) ?? Text(configuration[Prefix + name]);

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
