using System.Net.Http.Json;
using System.Text.Json;

namespace PushApp.AppHost;

/// <summary>A command of the site: publish a test event, whose journey the Inspector shows and whose trace the dashboard.</summary>
internal static class TestEventCommandExtensions
{
    private const string KeyId = "apphost";
    private const string Channel = "broadcast";
    private const string Event = "test";

    /// <summary>Adds it. The site gets an API key for it that is new in each run and may publish to <c>broadcast</c> alone; a deployment has neither.</summary>
    public static IResourceBuilder<ProjectResource> WithTestEventCommand(this IResourceBuilder<ProjectResource> site)
    {
        if (site.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return site;
        }

        var (key, hash) = ServiceRequest.NewKey($"pak_{KeyId}_");
        var endpoint = site.GetEndpoint("http");
        return site
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Hash", hash)
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Channels__0", Channel)
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Scopes", "Publish")
            .WithCommand(
                "publish-test-event",
                "Publish a test event",
                context => ServiceRequest.PostAsync(
                    endpoint,
                    $"/api/channels/{Channel}/events",
                    key,
                    JsonContent.Create(new { @event = Event, data = "From the dashboard" }),
                    answer => ReadAsync(answer, endpoint.Url, context.CancellationToken),
                    context.CancellationToken),
                ServiceRequest.WhenHealthy($"Publishes the event '{Event}' to '{Channel}'. The Inspector shows who got it."));
    }

    private static async Task<ExecuteCommandResult> ReadAsync(HttpContent answer, string site, CancellationToken cancellationToken)
    {
        var id = (await answer.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetString();
        return CommandResults.Success(
            $"Published '{Event}' to '{Channel}' at {id}.",
            new CommandResultData { Value = $"[Its journey, in the Inspector]({site}/inspector/journey?channel={Channel}&id={id})", Format = CommandResultFormat.Markdown });
    }
}
