using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.Interop;
using PushApp.SocketIO.Engine;

namespace PushApp.SocketIO;

/// <summary>The way in.</summary>
public static class SocketIOServiceCollectionExtensions
{
    /// <summary>
    /// Adds a Socket.IO server; <c>app.MapSocketIO</c> maps its namespaces. Reads section <c>SocketIO</c>. Where <c>AddPush</c> was called before or after, its channels carry the events between
    /// all nodes; without it, this node is alone.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options over those of the configuration.</param>
    public static IServiceCollection AddSocketIO(this IServiceCollection services, Action<SocketIOOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<SocketIOOptions>().BindConfiguration(SocketIOOptions.SectionName).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SocketIOOptions>, SocketIOOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<PushOptions>, SocketHistories>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILegacyFormat, RedisAdapterFormat>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILegacyFormat, PythonManagerFormat>());
        services.AddEngineIO();

        // It tells each forwarded poll with its address, and the session's secret id in it. Before the app's own rules, which may say otherwise.
        services.Configure<LoggerFilterOptions>(filters => filters.Rules.Insert(0, new LoggerFilterRule(null, "Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Warning, null)));
        services.TryAddSingleton<SocketServer>();
        services.TryAddSingleton<ISocketServer>(provider => provider.GetRequiredService<SocketServer>());
        return services;
    }
}
