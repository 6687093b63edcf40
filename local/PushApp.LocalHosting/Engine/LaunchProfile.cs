using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace PushApp.LocalHosting.Engine;

/// <summary>A profile of a project's launchSettings.json: that with the name of the AppHost's own, else the first that starts the project.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> ApplicationUrls, IReadOnlyDictionary<string, string> Environment) : IResourceAnnotation
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LaunchProfile? Read(string projectPath)
    {
        var file = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file), Lenient);
            var wanted = System.Environment.GetEnvironmentVariable("DOTNET_LAUNCH_PROFILE");
            var profiles = document.RootElement.GetProperty("profiles").EnumerateObject()
                .Where(p => p.Value.TryGetProperty("commandName", out var command) && command.ValueEquals("Project"))
                .Select(Parse)
                .ToList();
            return profiles.Find(p => p.Name == wanted) ?? profiles.FirstOrDefault();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or UriFormatException)
        {
            throw new DistributedApplicationException($"{file} cannot be read: {exception.Message}", exception);
        }
    }

    private static LaunchProfile Parse(JsonProperty profile) => new(
        profile.Name,
        profile.Value.TryGetProperty("applicationUrl", out var urls)
            ? [.. urls.GetString()!.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(u => new Uri(u))]
            : [],
        profile.Value.TryGetProperty("environmentVariables", out var variables)
            ? variables.EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString() ?? "", StringComparer.Ordinal)
            : new Dictionary<string, string>());
}
