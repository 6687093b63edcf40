using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PushApp.LocalHosting.Engine;

namespace Aspire.Hosting;

/// <summary>What can be said of any resource.</summary>
public static class ResourceBuilderExtensions
{
    /// <summary>Adds arguments to its command line.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithArgs(context =>
        {
            foreach (var arg in args)
            {
                context.Args.Add(arg);
            }
        });

    /// <summary>Adds arguments to its command line, when it starts.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Action<CommandLineArgsCallbackContext> callback)
        where T : IResourceWithArgs
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new CommandLineArgsCallbackAnnotation(context =>
        {
            callback(context);
            return Task.CompletedTask;
        }));
    }

    /// <summary>Sets an environment variable.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value ?? "");

    /// <summary>Sets an environment variable to a value that is known when the app runs.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value);

    /// <summary>Sets an environment variable to a parameter.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = parameter.Resource);

    /// <summary>Sets environment variables, when it starts.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new EnvironmentCallbackAnnotation(context =>
        {
            callback(context);
            return Task.CompletedTask;
        }));
    }

    /// <summary>Tells it where another listens: <c>ConnectionStrings__{name}</c>, and the parts as <c>{NAME}_{PART}</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        _ = optional;
        var name = connectionName ?? source.Resource.Name;
        return builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables[source.Resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] = source.Resource;
            foreach (var (part, value) in source.Resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[$"{EnvironmentName(name)}_{EnvironmentName(part)}"] = value;
            }
        });
    }

    /// <summary>Tells it where another listens: <c>services__{name}__{scheme}__0</c> and <c>{NAME}_{ENDPOINT}</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        return builder.WithEnvironment(context =>
        {
            foreach (var endpoint in source.Resource.Annotations.OfType<EndpointAnnotation>())
            {
                var reference = new EndpointReference(source.Resource, endpoint.Name);
                context.EnvironmentVariables[$"services__{source.Resource.Name}__{endpoint.UriScheme}__0"] = reference;
                context.EnvironmentVariables[$"{EnvironmentName(source.Resource.Name)}_{EnvironmentName(endpoint.Name)}"] = reference;
            }
        });
    }

    /// <summary>Adds a command to it, for the dashboard and <see cref="ResourceCommandService"/>.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The command's name, one for each of the resource's.</param>
    /// <param name="displayName">What the dashboard calls it.</param>
    /// <param name="executeCommand">Carries it out, in the AppHost.</param>
    /// <param name="commandOptions">What else can be said of it.</param>
    public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new ResourceCommandAnnotation(name, displayName, executeCommand, commandOptions ?? new CommandOptions()));
    }

    /// <summary>Changes the link to an endpoint: its name, or the path that it leads to.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new EndpointUrlAnnotation(endpointName, callback));
    }

    /// <summary>Adds one more link to an endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Func<EndpointReference, ResourceUrlAnnotation> callback)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new AddedUrlAnnotation(endpointName, callback));
    }

    /// <summary>Gives it an endpoint.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null, string? env = null, bool isProxied = true, bool? isExternal = null, ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, name: name, port: port, targetPort: targetPort, isExternal: isExternal, isProxied: isProxied);
        if (builder.Resource.Annotations.OfType<EndpointAnnotation>().Any(e => string.Equals(e.Name, endpoint.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"'{builder.Resource.Name}' has two endpoints '{endpoint.Name}': give one of them a name of its own.");
        }

        builder.WithAnnotation(endpoint);
        if (env is not null)
        {
            var reference = new EndpointReference(builder.Resource, endpoint.Name);
            builder.WithAnnotation(new EnvironmentCallbackAnnotation(context =>
            {
                context.EnvironmentVariables[env] = reference.Property(EndpointProperty.TargetPort);
                return Task.CompletedTask;
            }));
        }

        return builder;
    }

    /// <summary>Gives it an HTTP endpoint.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Its HTTP endpoints are meant for the world.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https"))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    /// <summary>An endpoint of it, by name.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return new EndpointReference(builder.Resource, name);
    }

    /// <summary>It is healthy when a check of the AppHost's services says so.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>It is healthy when a GET is answered with the status. Every replica is asked.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var resource = builder.Resource;

        // Of a profile that has both, the one that needs no certificate.
        var endpoint = endpointName ?? resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https").MinBy(e => e.UriScheme == "https")?.Name ?? "http";
        var key = $"{resource.Name}_{endpoint}_{path}_{statusCode ?? 200}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            services => new ReplicaHttpHealthCheck(services.GetRequiredService<LocalEngine>(), resource.Name, endpoint, path ?? "/", statusCode ?? 200),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }

    /// <summary>Starts it when the other is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilHealthy, 0);

    /// <summary>Starts it when the other runs.</summary>
    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilStarted, 0);

    /// <summary>Starts it when the other has ended.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitForCompletion, exitCode);

    /// <summary>Does not start it with the app, only by command.</summary>
    public static IResourceBuilder<T> WithExplicitStart<T>(this IResourceBuilder<T> builder)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new ExplicitStartupAnnotation());
    }

    private static IResourceBuilder<T> Wait<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitType type, int exitCode)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dependency);
        return builder.WithAnnotation(new WaitAnnotation(dependency.Resource, type, exitCode));
    }

    private static string EnvironmentName(string name) => name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
}
