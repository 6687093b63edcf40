using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PushApp.Push.Presence;

internal static class PresenceServices
{
    internal static void AddPresence(this IServiceCollection services)
    {
        services.TryAddSingleton<RedisPresence>();
        services.TryAddSingleton<PresenceService>();
        services.TryAddSingleton<ChannelPresence>();
        services.TryAddSingleton<IPresence>(provider => provider.GetRequiredService<PresenceService>());
        services.AddHostedService(provider => provider.GetRequiredService<PresenceService>());
    }
}
