using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

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

        var key = $"pak_{KeyId}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";
        var endpoint = site.GetEndpoint("http");
        return site
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Hash", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))))
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Channels__0", "broadcast")
            .WithEnvironment($"Push__ApiKeys__{KeyId}__Scopes", "Publish")
            .WithCommand(
                "publish-test-event",
                "Publish a test event",
                context => PublishAsync(new Uri(endpoint.Url), key, context.CancellationToken),
                new CommandOptions
                {
                    Description = "Publishes the event 'test' to 'broadcast'. The Inspector shows who got it.",
                    UpdateState = context => context.ResourceSnapshot.HealthStatus is HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
                });
    }

    private static async Task<ExecuteCommandResult> PublishAsync(Uri site, string key, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = site, Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/channels/broadcast/events")
        {
            Content = JsonContent.Create(new { @event = "test", data = "From the dashboard" }),
        };
        request.Headers.Add("X-Api-Key", key);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? CommandResults.Success()
                : CommandResults.Failure($"The site answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (HttpRequestException error)
        {
            return CommandResults.Failure($"The site does not answer: {error.Message}");
        }
    }
}
