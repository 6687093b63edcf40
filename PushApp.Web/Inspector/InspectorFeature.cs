using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Web.Telemetry;

namespace PushApp.Web.Inspector;

/// <summary>The Inspector: which nodes, channels and connections there are, and what became of each recent event (docs/inspector.md).</summary>
internal static class InspectorFeature
{
    public static void AddInspector(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<InspectorOptions>().BindConfiguration(InspectorOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<InspectorOptions>, InspectorOptionsValidator>());
        services.AddSingleton<InspectorAccess>();
        services.AddSingleton<IAuthorizationHandler, InspectorRequirementHandler>();
        services.AddAuthorizationBuilder().AddPolicy(InspectorRequirement.Policy, policy => policy.AddRequirements(new InspectorRequirement()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelAuthorizer, InspectorChannelAuthorizer>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IShownEvents, ShownInBrowsers>());
    }

    public static void MapInspector(this WebApplication app) => app.MapInspectorEndpoints();
}
