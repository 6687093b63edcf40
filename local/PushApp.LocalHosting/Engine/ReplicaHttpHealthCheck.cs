using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PushApp.LocalHosting.Engine;

/// <summary>Asks every running replica, not the address they share: one that is up must not hide another that is not.</summary>
internal sealed class ReplicaHttpHealthCheck(LocalEngine engine, string resourceName, string endpointName, string path, int statusCode) : IHealthCheck
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var instances = engine.Instances(resourceName);
        foreach (var instance in instances.Where(i => i.IsRunning))
        {
            if (!instance.TargetPorts.TryGetValue(endpointName, out var port))
            {
                return HealthCheckResult.Unhealthy($"{resourceName} has no endpoint '{endpointName}'.");
            }

            try
            {
                using var response = await Client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}{path}"), cancellationToken).ConfigureAwait(false);
                if ((int)response.StatusCode != statusCode)
                {
                    return HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"{instance.Id} answers {path} with {(int)response.StatusCode}."));
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return HealthCheckResult.Unhealthy($"{instance.Id} does not answer {path}: {exception.Message}");
            }
        }

        return HealthCheckResult.Healthy();
    }
}
