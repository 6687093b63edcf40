namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that the app is made of: a service, a program, a connection string, a parameter.</summary>
public interface IResource
{
    /// <summary>The name, unique in the app.</summary>
    string Name { get; }

    /// <summary>What was said about it.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>One thing said about a resource.</summary>
public interface IResourceAnnotation;

/// <summary>Has environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>Has command-line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>Listens somewhere.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>Can wait for another.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>The annotations of a resource.</summary>
public sealed class ResourceAnnotationCollection : System.Collections.ObjectModel.Collection<IResourceAnnotation>;

/// <summary>The base of resources.</summary>
public abstract class Resource(string name) : IResource
{
    /// <inheritdoc/>
    public virtual string Name { get; } = name;

    /// <inheritdoc/>
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}

/// <summary>A program that is run as a process.</summary>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>The program: a path, or a name on PATH.</summary>
    public string Command { get; } = command;

    /// <summary>Where it is run.</summary>
    public string WorkingDirectory { get; } = workingDirectory;
}

/// <summary>A project of the solution.</summary>
public class ProjectResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport;

/// <summary>A container. The local engine runs none: it says so when it is to start one.</summary>
public class ContainerResource(string name)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport;

/// <summary>Redis in a container.</summary>
public class RedisResource : ContainerResource, IResourceWithConnectionString
{
    /// <summary>A Redis resource.</summary>
    public RedisResource(string name)
        : base(name) => PrimaryEndpoint = new EndpointReference(this, "tcp");

    /// <summary>Where it listens.</summary>
    public EndpointReference PrimaryEndpoint { get; }

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");
}
