using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PushApp.Push;

/// <summary>Who may do what with which channel.</summary>
public static class AuthorizationBuilderExtensions
{
    /// <summary>
    /// Adds rules of the application's own to the default ones, which stay: access is granted when one of all grants it. A singleton; for scoped services take
    /// an <see cref="IServiceScopeFactory"/>.
    /// </summary>
    public static IPushBuilder AddAuthorizer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IPushBuilder builder)
        where T : class, IChannelAuthorizer
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelAuthorizer, T>());
        return builder;
    }

    /// <summary>Adds a rule that decides at once.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="isAllowed">Whether to grant; false leaves the decision to the other rules. Called from several threads.</param>
    public static IPushBuilder AddAuthorizer(this IPushBuilder builder, Func<PushPrincipal, ChannelName, ChannelAccess, bool> isAllowed)
    {
        ArgumentNullException.ThrowIfNull(isAllowed);
        return builder.AddAuthorizer((principal, channel, access, _) => new ValueTask<bool>(isAllowed(principal, channel, access)));
    }

    /// <summary>Adds a rule that has to ask somewhere, such as a database.</summary>
    /// <inheritdoc cref="AddAuthorizer(IPushBuilder, Func{PushPrincipal, ChannelName, ChannelAccess, bool})"/>
    public static IPushBuilder AddAuthorizer(
        this IPushBuilder builder, Func<PushPrincipal, ChannelName, ChannelAccess, CancellationToken, ValueTask<bool>> isAllowed)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(isAllowed);
        builder.Services.AddSingleton<IChannelAuthorizer>(new DelegateChannelAuthorizer(isAllowed));
        return builder;
    }
}
