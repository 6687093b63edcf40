using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PushApp.Push;

internal static class AuthorizationServices
{
    internal static void AddChannelAuthorization(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelAuthorizer, DefaultChannelAuthorizer>());
        services.TryAddSingleton<ChannelAccessService>();
        services.TryAddSingleton<PushPrincipalAccessor>();
    }
}
