using System.Net.Http.Json;

namespace PushApp.AppHost;

/// <summary>A command of the site: publish a test event, whose journey the Inspector shows and whose trace the dashboard.</summary>
internal static class TestEventCommandExtensions
{
    private const string KeyId = "apphost";

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
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Channels__0", "broadcast")
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Scopes", "Publish")
            .WithCommand(
                "publish-test-event",
                "Publish a test event",
                context => ServiceRequest.PostAsync(
                    endpoint, "/api/channels/broadcast/events", key, JsonContent.Create(new { @event = "test", data = "From the dashboard" }), context.CancellationToken),
                ServiceRequest.WhenHealthy("Publishes the event 'test' to 'broadcast'. The Inspector shows who got it."));
    }
}
