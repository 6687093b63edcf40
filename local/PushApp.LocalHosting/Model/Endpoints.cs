using System.Globalization;
using System.Net.Sockets;
using PushApp.LocalHosting.Engine;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where a resource listens.</summary>
public sealed class EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    : IResourceAnnotation
{
    /// <summary>TCP.</summary>
    public ProtocolType Protocol { get; } = protocol;

    /// <summary>The name; by default the scheme.</summary>
    public string Name { get; set; } = name ?? uriScheme ?? "tcp";

    /// <summary>The scheme of its URL.</summary>
    public string UriScheme { get; set; } = uriScheme ?? "tcp";

    /// <summary>What is spoken.</summary>
    public string Transport { get; set; } = transport ?? (uriScheme is "http" or "https" ? "http" : "tcp");

    /// <summary>The port that others connect to; null: any free one.</summary>
    public int? Port { get; set; } = port;

    /// <summary>The port that the process listens on; null: any free one, or <see cref="Port"/>.</summary>
    public int? TargetPort { get; set; } = targetPort;

    /// <summary>Whether it is meant for the world.</summary>
    public bool IsExternal { get; set; } = isExternal ?? false;

    /// <summary>Whether a forwarder may stand before the process.</summary>
    public bool IsProxied { get; set; } = isProxied;

    /// <summary>Where it is in this run.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }
}

/// <summary>Where an endpoint is in this run.</summary>
public sealed class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
{
    /// <summary>Which.</summary>
    public EndpointAnnotation Endpoint { get; } = endpoint;

    /// <summary>The host.</summary>
    public string Address { get; } = address;

    /// <summary>The port that others connect to.</summary>
    public int Port { get; } = port;

    /// <summary>The port that the process listens on.</summary>
    public string? TargetPortExpression { get; } = targetPortExpression;

    /// <summary>The URL.</summary>
    public string UriString => string.Create(CultureInfo.InvariantCulture, $"{Endpoint.UriScheme}://{Address}:{Port}");
}

/// <summary>The parts of an endpoint.</summary>
public enum EndpointProperty
{
    /// <summary>The whole URL.</summary>
    Url = 0,

    /// <summary>The host.</summary>
    Host = 1,

    /// <summary>The host as an address: <c>127.0.0.1</c> for localhost.</summary>
    IPV4Host = 2,

    /// <summary>The port that others connect to.</summary>
    Port = 3,

    /// <summary>The scheme.</summary>
    Scheme = 4,

    /// <summary>The port that the process listens on.</summary>
    TargetPort = 5,

    /// <summary>Host and port.</summary>
    HostAndPort = 6,
}

/// <summary>An endpoint of a resource, by name.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>Whose.</summary>
    public IResourceWithEndpoints Resource { get; } = owner;

    /// <summary>Which.</summary>
    public string EndpointName { get; } = endpointName;

    /// <summary>What was said about it.</summary>
    public EndpointAnnotation EndpointAnnotation => Resource.Annotations.OfType<EndpointAnnotation>().SingleOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidOperationException($"'{Resource.Name}' has no endpoint '{EndpointName}'.");

    /// <summary>Whether there is such an endpoint.</summary>
    public bool Exists => Resource.Annotations.OfType<EndpointAnnotation>().Any(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether it has its port.</summary>
    public bool IsAllocated => EndpointAnnotation.AllocatedEndpoint is not null;

    /// <summary>The host.</summary>
    public string Host => Allocated.Address;

    /// <summary>The port that others connect to.</summary>
    public int Port => Allocated.Port;

    /// <summary>The scheme.</summary>
    public string Scheme => EndpointAnnotation.UriScheme;

    /// <summary>The URL.</summary>
    public string Url => Allocated.UriString;

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Resource.Name}.bindings.{EndpointName}.url}}";

    IEnumerable<object> IValueWithReferences.References => [Resource];

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{Resource.Name}' has no port before the app starts.");

    /// <summary>One of its parts.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);
}

/// <summary>A part of an endpoint.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The endpoint.</summary>
    public EndpointReference Endpoint { get; } = endpointReference;

    /// <summary>The part.</summary>
    public EndpointProperty Property { get; } = property;

    /// <inheritdoc/>
    public string ValueExpression => $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{Property.ToString().ToLowerInvariant()}}}";

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Property switch
    {
        EndpointProperty.Url => Endpoint.Url,
        EndpointProperty.Host => Endpoint.Host,
        EndpointProperty.IPV4Host => Endpoint.Host == "localhost" ? "127.0.0.1" : Endpoint.Host,
        EndpointProperty.Port => Endpoint.Port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.Scheme => Endpoint.Scheme,
        EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{Endpoint.Host}:{Endpoint.Port}"),

        // Each replica listens on a port of its own.
        EndpointProperty.TargetPort => InstanceScope.TargetPort(Endpoint).ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"An endpoint has no {Property}."),
    });
}
