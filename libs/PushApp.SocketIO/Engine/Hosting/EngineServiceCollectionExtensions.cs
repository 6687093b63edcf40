using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.Redis;
using PushApp.Push.Sse;
using PushApp.Push.Telemetry;
using PushApp.Push.Transport;
using PushApp.SocketIO.Engine.Cluster;
using PushApp.SocketIO.Engine.Hosting;
using PushApp.SocketIO.Telemetry;

namespace PushApp.SocketIO.Engine;

internal static class EngineServiceCollectionExtensions
{
    /// <summary>Adds <see cref="EngineServerFactory"/>. With <c>AddPush</c>, before or after, nodes find each other by its Redis; what it shares with the streams is added here too.</summary>
    public static IServiceCollection AddEngineIO(this IServiceCollection services)
    {
        services.AddOptions<SocketIOOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SocketIOOptions>, EngineOptionsValidator>());
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PushMetrics>();
        services.TryAddSingleton<SocketIOMetrics>();
        services.TryAddSingleton<RedisConnection>();
        services.AddTransport();
        services.TryAddSingleton(provider => new StreamLimiter(provider.GetRequiredService<IOptions<PushOptions>>().Value.Streams));
        services.TryAddSingleton<PushPrincipalAccessor>();
        services.AddApiKeys();
        services.TryAddSingleton<EngineServices>();
        if (!services.Any(service => service.ServiceType == typeof(EngineServerFactory)))
        {
            services.AddSingleton<EngineServerFactory>();
            services.AddHostedService(provider => provider.GetRequiredService<EngineServerFactory>());
        }

        services.TryAddSingleton<NodeIdentity>();
        services.AddCluster();
        return services;
    }

    private static void AddCluster(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddDataProtection();
        services.TryAddSingleton<IForwardSeal>(provider => provider.GetRequiredService<IOptions<SocketIOOptions>>().Value.Cluster.Secret is { Length: > 0 } secret
            ? new SecretForwardSeal(secret)
            : new DataProtectionForwardSeal(provider.GetRequiredService<IDataProtectionProvider>()));
        services.TryAddSingleton<NodeKeys>();
        services.TryAddSingleton<NodeDirectory>();
        services.TryAddSingleton<SessionForwarder>();
        if (!services.Any(service => service.ServiceType == typeof(NodeLease)))
        {
            services.AddSingleton<NodeLease>();
            services.AddHostedService(provider => provider.GetRequiredService<NodeLease>());

            // The first of all filters, so that it stands before those that are registered already.
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, ForwardedRequestFilter>());
        }
    }
}
