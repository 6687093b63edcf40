using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Parameters and connection strings from the AppHost's configuration.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter, read from <c>Parameters:{name}</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var configuration = builder.Configuration;
        return builder.AddResource(new ParameterResource(
            name,
            () => configuration[$"Parameters:{name}"] ?? throw new DistributedApplicationException($"The parameter '{name}' has no value: set Parameters:{name} (environment: Parameters__{name})."),
            secret));
    }

    /// <summary>Adds a parameter with its value.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _ = publishValueAsDefault;
        return builder.AddResource(new ParameterResource(name, () => value, secret));
    }

    /// <summary>Adds a connection string, read from <c>ConnectionStrings:{name}</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _ = environmentVariableName;
        var configuration = builder.Configuration;
        var value = new ParameterResource(
            $"{name}-connectionstring",
            () => configuration[$"ConnectionStrings:{name}"] ?? throw new DistributedApplicationException($"The connection string '{name}' has no value: set ConnectionStrings:{name} (environment: ConnectionStrings__{name})."),
            secret: true);
        return builder.AddResource(new ConnectionStringResource(name, ReferenceExpression.Create($"{value}")));
    }
}
