using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace PushApp.Push.Api;

internal static class PublishApiServices
{
    internal static void AddPublishApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RequestGate>();
        services.TryAddSingleton<PublishRateLimiter>();
        services.TryAddSingleton<EventNamePolicy>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PushOptions>, PublishApiOptionsValidator>());
    }
}
