using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PushApp.Push;

/// <summary>Where API keys are kept.</summary>
public static class ApiKeyBuilderExtensions
{
    /// <summary>Finds API keys in a store of your own (a database, say) in place of <c>Push:ApiKeys</c>. A singleton; for scoped services take an <see cref="IServiceScopeFactory"/>.</summary>
    public static IPushBuilder AddApiKeyStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPushBuilder builder)
        where T : class, IApiKeyStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IApiKeyStore, T>());
        return builder;
    }
}
