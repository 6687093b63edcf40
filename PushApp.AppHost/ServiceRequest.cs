using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PushApp.AppHost;

/// <summary>A request to one of the app's services, on behalf of a command of the dashboard.</summary>
internal static class ServiceRequest
{
    /// <summary>The secret of one run, and the hash by which a service knows it.</summary>
    public static (string Key, string Hash) NewKey(string prefix = "")
    {
        var key = prefix + RandomNumberGenerator.GetHexString(64, lowercase: true);
        return (key, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));
    }

    /// <summary>Options of a command that needs the service to answer.</summary>
    public static CommandOptions WhenHealthy(string description) => new()
    {
        Description = description,
        UpdateState = context => context.ResourceSnapshot.HealthStatus is HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
    };

    /// <summary>Posts, and says how that went.</summary>
    /// <param name="service">To whom.</param>
    /// <param name="path">What is asked of it.</param>
    /// <param name="key">The key of this run.</param>
    /// <param name="content">The body, if any.</param>
    /// <param name="read">What to tell of its answer; null for nothing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<ExecuteCommandResult> PostAsync(
        EndpointReference service, string path, string key, HttpContent? content, Func<HttpContent, Task<ExecuteCommandResult>>? read, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(service.Url), Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Add("X-Api-Key", key);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? read is null ? CommandResults.Success() : await read(response.Content)
                : CommandResults.Failure($"'{service.Resource.Name}' answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (HttpRequestException error)
        {
            return CommandResults.Failure($"'{service.Resource.Name}' does not answer: {error.Message}");
        }
    }
}
