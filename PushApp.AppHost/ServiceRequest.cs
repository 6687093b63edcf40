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
    /// <param name="description">What it does.</param>
    /// <param name="applies">Whether there is something for it to do; null for always.</param>
    public static CommandOptions WhenHealthy(string description, Func<bool>? applies = null) => new()
    {
        Description = description,
        UpdateState = context => context.ResourceSnapshot.HealthStatus is HealthStatus.Healthy && applies?.Invoke() is not false ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
    };

    /// <summary>Posts, and says how that went.</summary>
    /// <param name="service">To whom.</param>
    /// <param name="path">What is asked of it.</param>
    /// <param name="key">The key of this run.</param>
    /// <param name="content">The body, if any.</param>
    /// <param name="read">What to tell of its answer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<ExecuteCommandResult> PostAsync(
        EndpointReference service, string path, string key, HttpContent? content, Func<HttpContent, Task<ExecuteCommandResult>> read, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(service, HttpMethod.Post, path, key, content, cancellationToken);
            return response.IsSuccessStatusCode
                ? await read(response.Content)
                : CommandResults.Failure($"'{service.Resource.Name}' answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (HttpRequestException error)
        {
            return CommandResults.Failure($"'{service.Resource.Name}' does not answer: {error.Message}");
        }
    }

    /// <summary>Asks, and waits for the whole answer.</summary>
    /// <exception cref="HttpRequestException">There is none.</exception>
    public static async Task<HttpResponseMessage> SendAsync(EndpointReference service, HttpMethod method, string path, string key, HttpContent? content, CancellationToken cancellationToken)
    {
        // On this machine: a proxy of the environment has nothing to do with it, and must not see the key.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(service.Url), Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("X-Api-Key", key);
        return await http.SendAsync(request, cancellationToken);
    }
}
