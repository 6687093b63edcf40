using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PushApp.LocalHosting.Engine;

/// <summary>
/// Asks every running replica, not the address they share: one that is up must not hide another that is not. An answer with the expected status that begins with <c>Degraded</c>, as ASP.NET Core's health
/// checks write it, is no failure, but not all is well; what follows that word says why.
/// The outcome is the worst of them, with each replica's own (a <see cref="HealthCheckResult"/>) in its data under the replica's id.
/// </summary>
internal sealed class ReplicaHttpHealthCheck(LocalEngine engine, string resourceName, string endpointName, string path, int statusCode) : IHealthCheck
{
    private const int MaxText = 1024;

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var asked = engine.Instances(resourceName).Where(i => i.IsRunning).ToList();
        var results = await Task.WhenAll(asked.Select(instance => AskAsync(instance, cancellationToken))).ConfigureAwait(false);
        var troubled = results.Where(result => result.Status != HealthStatus.Healthy).ToList();
        return new HealthCheckResult(
            troubled.Count == 0 ? HealthStatus.Healthy : troubled.Min(result => result.Status),
            troubled.Count == 0 ? null : string.Join('\n', troubled.Select(result => result.Description)),
            data: asked.Zip(results).ToDictionary(pair => pair.First.Id, object (pair) => pair.Second));
    }

    private async Task<HealthCheckResult> AskAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        if (!instance.TargetPorts.TryGetValue(endpointName, out var port))
        {
            return HealthCheckResult.Unhealthy($"{resourceName} has no endpoint '{endpointName}'.");
        }

        try
        {
            using var response = await Client.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"{SchemeOf(instance)}://localhost:{port}{path}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var text = response.Content.Headers.ContentType?.MediaType == "text/plain" ? await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false) : "";
            if ((int)response.StatusCode != statusCode)
            {
                return HealthCheckResult.Unhealthy(string.Create(CultureInfo.InvariantCulture, $"{instance.Id} answers {path} with {(int)response.StatusCode}. {text}").TrimEnd());
            }

            return text.Split('\n', 2) switch
            {
                [nameof(HealthStatus.Degraded), var details] => HealthCheckResult.Degraded($"{instance.Id}: {details}"),
                [nameof(HealthStatus.Degraded)] => HealthCheckResult.Degraded($"{instance.Id} answers {path} with {text}."),
                _ => HealthCheckResult.Healthy(),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return HealthCheckResult.Unhealthy($"{instance.Id} does not answer {path}: {exception.Message}");
        }
    }

    private string SchemeOf(ResourceInstance instance) =>
        instance.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.Name == endpointName)?.UriScheme ?? "http";

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        var text = new char[MaxText];
        return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken).ConfigureAwait(false)).Trim();
    }
}
