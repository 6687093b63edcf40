using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PushApp.Push.Inspection;

namespace PushApp.Push;

/// <summary>The way in to looking into nodes.</summary>
public static class InspectionBuilderExtensions
{
    /// <summary>
    /// Has this process remember its recent events, connections and refusals (<c>Push:Inspection</c>, some megabytes at most) and answer those who look into it, and adds <see cref="IInspector"/>.
    /// Call it in every process that is to be seen, those that only publish too. What it costs while nobody looks is a few writes into memory per event, however many connections get it.
    /// </summary>
    public static IPushBuilder AddInspection(this IPushBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.TryAddSingleton<NodeRecorder>();
        services.TryAddSingleton<NodeSampler>();
        services.TryAddSingleton<DepartedNodes>();
        services.TryAddSingleton<NodeView>();
        services.TryAddSingleton<InspectionBus>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, InspectionBus>(provider => provider.GetRequiredService<InspectionBus>()));
        services.TryAddSingleton<IInspector, Inspector>();
        return builder;
    }
}
