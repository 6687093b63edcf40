using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace PushApp.SocketIO;

/// <summary>Whether a class that is made for each call can be made, found out at start and not by the first client.</summary>
internal static class Constructible
{
    /// <summary>What is missing, as the end of a sentence that names the class; null for nothing.</summary>
    public static string? FindFault(Type type, IServiceProvider services)
    {
        var constructors = type.GetConstructors();
        var constructor = constructors.FirstOrDefault(each => each.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute))) ?? (constructors.Length == 1 ? constructors[0] : null);

        // Of several, ActivatorUtilities chooses by what there is.
        return constructor is null || services.GetService<IServiceProviderIsService>() is not { } known
            ? null
            : constructor.GetParameters().FirstOrDefault(parameter => !parameter.HasDefaultValue && !IsThere(parameter, known)) is { } missing
                ? $"its constructor takes {missing.ParameterType.Name} '{missing.Name}', which is no service: register it (builder.Services.Add…)"
                : null;
    }

    private static bool IsThere(ParameterInfo parameter, IServiceProviderIsService known) =>
        parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed
            ? known is not IServiceProviderIsKeyedService keyedServices || keyedServices.IsKeyedService(parameter.ParameterType, keyed.Key)
            : parameter.IsDefined(typeof(ServiceKeyAttribute)) || known.IsService(parameter.ParameterType);
}
