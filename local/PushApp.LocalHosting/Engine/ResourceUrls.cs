using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace PushApp.LocalHosting.Engine;

/// <summary>The links to a resource: one for each endpoint, by its name, and those that were added.</summary>
internal static class ResourceUrls
{
    public static ImmutableArray<UrlSnapshot> Of(IResource resource)
    {
        var urls = ImmutableArray.CreateBuilder<UrlSnapshot>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var own = new ResourceUrlAnnotation { Url = endpoint.AllocatedEndpoint!.UriString };
            foreach (var named in resource.Annotations.OfType<EndpointUrlAnnotation>().Where(named => Is(named.EndpointName, endpoint)))
            {
                named.Change(own);
            }

            Add(endpoint, own);
            foreach (var added in resource.Annotations.OfType<AddedUrlAnnotation>().Where(added => Is(added.EndpointName, endpoint)))
            {
                Add(endpoint, added.Create(new EndpointReference((IResourceWithEndpoints)resource, endpoint.Name)));
            }
        }

        return urls.ToImmutable();

        void Add(EndpointAnnotation endpoint, ResourceUrlAnnotation url) => urls.Add(
            new UrlSnapshot(endpoint.Name, url.Url.StartsWith('/') ? endpoint.AllocatedEndpoint!.UriString + url.Url : url.Url, IsInternal: false)
            {
                DisplayProperties = new UrlDisplayPropertiesSnapshot(url.DisplayText ?? ""),
            });
    }

    private static bool Is(string name, EndpointAnnotation endpoint) => string.Equals(name, endpoint.Name, StringComparison.OrdinalIgnoreCase);
}
