using System.Text.Json;

namespace PushApp.LocalHosting.Dashboard;

/// <summary>What the resource service says of a process of the app: a line of JSON whenever something of it has changed. The dashboard compiles this same file.</summary>
internal sealed record ResourceMessage(
    string Id,
    string Name,
    string Type,
    string State,
    string? Health,
    int? ExitCode,
    DateTime? StartedAt,
    DateTime? StoppedAt,
    IReadOnlyList<ResourceUrl> Urls,
    IReadOnlyList<ResourceVariable> Environment,
    IReadOnlyList<ResourceHealthReport> HealthReports,
    IReadOnlyList<ResourceProperty> Properties,
    IReadOnlyList<string> Commands,
    IReadOnlyList<ResourceOwnCommand> OwnCommands);

/// <param name="Name">The endpoint.</param>
/// <param name="Url">The address.</param>
/// <param name="DisplayName">What it is called; empty for the address itself.</param>
internal sealed record ResourceUrl(string? Name, string Url, string DisplayName = "");

/// <summary>A command of a resource's own.</summary>
internal sealed record ResourceOwnCommand(string Name, string DisplayName, string? Description, bool IsEnabled);

/// <param name="Name">The variable.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsOwn">The app gave it; others are inherited from the AppHost.</param>
internal sealed record ResourceVariable(string Name, string? Value, bool IsOwn);

internal sealed record ResourceHealthReport(string Name, string? Status, string? Description);

internal sealed record ResourceProperty(string Name, string Value);

/// <summary>A line that a process wrote.</summary>
internal sealed record ResourceLogLine(int Number, DateTime Time, string Text, bool IsError);

/// <summary>How a command went.</summary>
/// <param name="Success">Whether it was carried out.</param>
/// <param name="Message">What is to be said of it: why not, above all.</param>
/// <param name="Value">What came of it.</param>
/// <param name="Format">How that is to be read: Text, Json or Markdown.</param>
internal sealed record ResourceCommandOutcome(bool Success, string? Message, string? Value = null, string? Format = null);

/// <summary>How the two speak.</summary>
internal static class ResourceWire
{
    public const string KeyHeader = "x-resource-service-api-key";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
}
