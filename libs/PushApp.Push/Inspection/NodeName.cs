using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace PushApp.Push.Inspection;

/// <summary>
/// What this process is called among the others, as in <c>web-1@vm-7-3fa1</c>: the name that its operator knows it by, and, after <c>@</c>, the machine's with a part that is new at each start.
/// The first is that of its telemetry (https://opentelemetry.io/docs/specs/semconv/resource/#service), as dashboards show it, too.
/// </summary>
internal sealed class NodeName
{
    private const string ServiceKey = "service.name";
    private const string InstanceKey = "service.instance.id";

    // Of an id that does not say whose it is (a GUID, say) as much as tells it from another.
    private const int ShortIdLength = 8;
    private const int MaxLength = 64;

    public NodeName(IConfiguration configuration, IHostEnvironment environment)
    {
        var attributes = Attributes(configuration["OTEL_RESOURCE_ATTRIBUTES"]);
        var start = RandomNumberGenerator.GetHexString(4, lowercase: true);
        Service = Text(configuration["OTEL_SERVICE_NAME"]) ?? Text(attributes.GetValueOrDefault(ServiceKey)) ?? environment.ApplicationName;
        var instance = Text(attributes.GetValueOrDefault(InstanceKey)) ?? start;
        var own = instance == Service || instance.StartsWith(Service + "-", StringComparison.Ordinal)
            ? instance
            : $"{Service}-{instance[..Math.Min(ShortIdLength, instance.Length)]}";
        Value = string.Create(CultureInfo.InvariantCulture, $"{Plain(own)}@{Environment.MachineName.ToLowerInvariant()}-{start}");
    }

    /// <summary>Unique, and new at each start.</summary>
    public string Value { get; }

    /// <summary>What it is an instance of, as in <c>web</c>.</summary>
    public string Service { get; }

    /// <summary>The part that people know: <c>web-1</c> of <c>web-1@vm-7-3fa1</c>.</summary>
    public static string Known(string node) => node.Split('@')[0];

    /// <summary>Pairs as in <c>a=1,b=2</c>, percent-encoded (https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable).</summary>
    private static Dictionary<string, string> Attributes(string? text)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var key, var value])
            {
                attributes[key] = Uri.UnescapeDataString(value);
            }
        }

        return attributes;
    }

    private static string? Text(string? text) => text?.Trim() is { Length: > 0 } some ? some : null;

    // It becomes a part of a Redis channel's name, where braces would place it on another server of a cluster.
    private static string Plain(string name) =>
        string.Concat(name.Take(MaxLength).Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '-'));
}
