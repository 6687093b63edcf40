using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace PushApp.Push.Stats;

internal static class StatsServices
{
    /// <summary>Needs an <see cref="IConnectionCounter"/>, which the hub is.</summary>
    internal static void AddStats(this IServiceCollection services)
    {
        services.TryAddSingleton<RequestCounter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, RequestCounter>(provider => provider.GetRequiredService<RequestCounter>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StatsPublisher>());
    }
}
