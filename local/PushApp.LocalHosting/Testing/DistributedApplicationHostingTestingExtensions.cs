using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

/// <summary>Reaches into an app that runs inside a test.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client for an endpoint of a resource, by default its <c>https</c> or <c>http</c> one.</summary>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null) =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = app.GetEndpoint(resourceName, endpointName) };

    /// <summary>Where an endpoint of a resource is.</summary>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var resource = Find(app, resourceName) as IResourceWithEndpoints ?? throw new ArgumentException($"'{resourceName}' has no endpoints.", nameof(resourceName));
        var endpoint = resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => endpointName is null ? e.UriScheme is "http" or "https" : string.Equals(e.Name, endpointName, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"'{resourceName}' has no endpoint '{endpointName ?? "http"}'.", nameof(endpointName));
        return new Uri(new EndpointReference(resource, endpoint.Name).Url);
    }

    /// <summary>The connection string of a resource.</summary>
    public static ValueTask<string?> GetConnectionStringAsync(this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        Find(app, resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"'{resourceName}' has no connection string.", nameof(resourceName));

    private static IResource Find(DistributedApplication app, string name)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<DistributedApplicationModel>().Resources.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no resource '{name}'.", nameof(name));
    }
}
