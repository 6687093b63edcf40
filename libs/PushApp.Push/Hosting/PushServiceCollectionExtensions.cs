using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushApp.Push.Api;
using PushApp.Push.History;
using PushApp.Push.Hosting;
using PushApp.Push.Hub;
using PushApp.Push.Inspection;
using PushApp.Push.Interop;
using PushApp.Push.Presence;
using PushApp.Push.Publishing;
using PushApp.Push.Redis;
using PushApp.Push.Redis.Subscribing;
using PushApp.Push.Sse;
using PushApp.Push.Stats;
using PushApp.Push.Telemetry;
using PushApp.Push.Transport;
using StackExchange.Redis;

namespace PushApp.Push;

/// <summary>The way in.</summary>
public static class PushServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IPushPublisher"/> and <see cref="IChannelHistory"/>, and what a web node needs beside them once a stream is mapped. Reads section <c>Push</c>;
    /// uses the registered <see cref="StackExchange.Redis.IConnectionMultiplexer"/>, or connects to <c>ConnectionStrings:redis</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options over those of the configuration.</param>
    public static IPushBuilder AddPush(this IServiceCollection services, Action<PushOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<PushOptions>().BindConfiguration(PushOptions.SectionName).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PushOptions>, PushOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<PushMetrics>();
        services.TryAddSingleton<NodeName>();

        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton<SubscriptionReader>();
        services.AddOptions<ConfigurationOptions>().PostConfigure<SubscriptionReader>((options, reader) => reader.Attach(options));
        services.TryAddSingleton(provider => new RedisKeys(provider.GetRequiredService<IOptions<PushOptions>>().Value.KeyPrefix));
        services.TryAddSingleton<HistoryLimits>();
        services.TryAddSingleton<RedisChannelLog>();
        services.TryAddSingleton<DurabilityGate>();
        services.TryAddSingleton<ReplicaGate>();
        services.AddHostedService<BrokerCheck>();
        services.TryAddSingleton<IPushPublisher, RedisPushPublisher>();
        services.TryAddSingleton<IChannelHistory, RedisChannelHistory>();

        services.AddChannelAuthorization();
        services.AddApiKeys();
        services.AddPublishApi();
        services.AddTransport();
        services.AddStreams();
        services.AddStats();
        services.AddInterop();
        services.AddPresence();
        return new PushBuilder(services);
    }

    private static void AddStreams(this IServiceCollection services)
    {
        services.TryAddSingleton<StreamRegistry>();
        services.TryAddSingleton(provider => new StreamLimiter(provider.GetRequiredService<IOptions<PushOptions>>().Value.Streams));
        services.TryAddSingleton<StreamGate>();
        services.TryAddSingleton<ServerSentEventsEndpoint>();
        services.TryAddSingleton<CustomStreams>();
        services.TryAddSingleton<ChannelHub>();
        services.TryAddSingleton<IConnectionCounter>(provider => provider.GetRequiredService<ChannelHub>());
        services.TryAddSingleton<AccessRecheck>();
        services.TryAddSingleton<IAccessNotifier>(provider => provider.GetRequiredService<AccessRecheck>());
        services.AddHostedService(provider => provider.GetRequiredService<ChannelHub>());
        services.AddHostedService(provider => provider.GetRequiredService<AccessRecheck>());
        services.AddHostedService<StreamDrain>();
    }
}

/// <summary>Adds to what <see cref="PushServiceCollectionExtensions.AddPush"/> registered.</summary>
public interface IPushBuilder
{
    /// <summary>The services.</summary>
    IServiceCollection Services { get; }
}

internal sealed record PushBuilder(IServiceCollection Services) : IPushBuilder;
