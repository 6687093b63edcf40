using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PushApp.Push.Interop;

internal static class InteropServices
{
    /// <summary>The service looks at <c>Push:Interop:Enabled</c> itself, once it is started.</summary>
    internal static void AddInterop(this IServiceCollection services)
    {
        services.TryAddSingleton<InteropLog>();
        services.TryAddSingleton<InteropMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILegacyFormat, RedisSseView>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILegacyFormat, RedisRoomView>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, InteropService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PushOptions>, InteropOptionsValidator>());
    }
}
