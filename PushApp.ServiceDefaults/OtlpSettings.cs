using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// What OpenTelemetry's variables say of one signal (https://opentelemetry.io/docs/specs/otel/protocol/exporter/): it goes before what they say of all, and its address is taken as it stands.
/// <c>UseOtlpExporter</c> knows them; an exporter that is added by itself does not.
/// </summary>
public static class OtlpSettings
{
    /// <summary>The name of traces in the variables.</summary>
    public const string Traces = "TRACES";

    /// <summary>The name of metrics in the variables.</summary>
    public const string Metrics = "METRICS";

    /// <summary>The name of logs in the variables.</summary>
    public const string Logs = "LOGS";

    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <summary>Whether there is an address for all signals; or, where a signal is named, for that one, its own or that for all.</summary>
    public static bool HasEndpoint(IConfiguration configuration, string? signal = null) =>
        Text(configuration, "ENDPOINT") is not null || (signal is not null && Text(configuration, $"{signal}_ENDPOINT") is not null);

    /// <summary>Puts what is said of the signal over what is said of all.</summary>
    /// <exception cref="InvalidOperationException">A value is none; the message names its variable.</exception>
    public static void Apply(this OtlpExporterOptions options, IConfiguration configuration, string signal)
    {
        if (Text(configuration, $"{signal}_ENDPOINT") is { } endpoint)
        {
            options.Endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : throw new InvalidOperationException($"{Prefix}{signal}_ENDPOINT is '{endpoint}'; set it to an address, such as http://localhost:4318/v1/{signal.ToLowerInvariant()}.");
        }

        if (Text(configuration, $"{signal}_PROTOCOL") is { } protocol)
        {
            options.Protocol = protocol switch
            {
                "grpc" => OtlpExportProtocol.Grpc,
                "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
                _ => throw new InvalidOperationException($"{Prefix}{signal}_PROTOCOL is '{protocol}'; set it to grpc or http/protobuf."),
            };
        }

        options.Headers = Text(configuration, $"{signal}_HEADERS") ?? options.Headers;
        if (Text(configuration, $"{signal}_TIMEOUT") is { } timeout)
        {
            options.TimeoutMilliseconds = int.TryParse(timeout, out var milliseconds) && milliseconds > 0
                ? milliseconds
                : throw new InvalidOperationException($"{Prefix}{signal}_TIMEOUT is '{timeout}'; set it to milliseconds, such as 10000.");
        }
    }

    private static string? Text(IConfiguration configuration, string name) => configuration[Prefix + name]?.Trim() is { Length: > 0 } text ? text : null;
}
