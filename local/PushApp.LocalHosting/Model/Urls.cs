namespace Aspire.Hosting.ApplicationModel;

/// <summary>A link to a resource.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>Where it leads; without a host, to a path of its endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>What it is called; null for the address itself.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint that it leads to.</summary>
    public EndpointReference? Endpoint { get; init; }
}

/// <summary>Names the link to an endpoint.</summary>
internal sealed class EndpointUrlAnnotation(string endpointName, Action<ResourceUrlAnnotation> change) : IResourceAnnotation
{
    public string EndpointName { get; } = endpointName;

    public Action<ResourceUrlAnnotation> Change { get; } = change;
}

/// <summary>One more link to an endpoint.</summary>
internal sealed class AddedUrlAnnotation(string endpointName, Func<EndpointReference, ResourceUrlAnnotation> create) : IResourceAnnotation
{
    public string EndpointName { get; } = endpointName;

    public Func<EndpointReference, ResourceUrlAnnotation> Create { get; } = create;
}
