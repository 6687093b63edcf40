using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace PushApp.Push;

internal static class ApiKeyServices
{
    internal static void AddApiKeys(this IServiceCollection services)
    {
        services.TryAddSingleton<IApiKeyStore, ConfigurationApiKeyStore>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PushOptions>, ApiKeyOptionsValidator>());
    }
}
