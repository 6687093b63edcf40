using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PushApp.Push.Transport;

internal static class TransportServices
{
    /// <summary>Adds the transport. Kestrel asks the one that was registered last; a process without a server never makes it.</summary>
    public static void AddTransport(this IServiceCollection services)
    {
        services.TryAddSingleton<DescriptorPollers>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, DescriptorTransportFactory>());
    }
}
