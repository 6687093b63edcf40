using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace PushApp.SocketIO;

/// <summary>How a filter class becomes an instance: found out once, at start.</summary>
internal sealed class FilterClass<TFilter>
    where TFilter : class
{
    // Null where the class is a service.
    private readonly ObjectFactory? _create;

    /// <exception cref="InvalidOperationException">It is neither registered nor can it be constructed; the message names it.</exception>
    public FilterClass(IServiceProvider services)
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(TFilter)) == true)
        {
            return;
        }

        try
        {
            _create = typeof(TFilter) is { IsAbstract: false, IsClass: true } type
                ? ActivatorUtilities.CreateFactory(type, [])
                : throw new InvalidOperationException("It is no class that can be constructed.");
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException(
                $"{typeof(TFilter).FullName} cannot be a filter: register it (builder.Services.AddScoped<{typeof(TFilter).Name}>()), or give it one public constructor whose parameters are services.", error);
        }

        if (Constructible.FindFault(typeof(TFilter), services) is { } fault)
        {
            throw new InvalidOperationException($"{typeof(TFilter).FullName} cannot be a filter: {fault}.");
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "What is made here is disposed of below.")]
    public async ValueTask RunAsync(IServiceProvider services, Func<TFilter, ValueTask> run)
    {
        if (_create is null)
        {
            await run(services.GetRequiredService<TFilter>()).ConfigureAwait(false);
            return;
        }

        var filter = (TFilter)_create(services, null);
        try
        {
            await run(filter).ConfigureAwait(false);
        }
        finally
        {
            if (filter is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync().ConfigureAwait(false);
            }
            else if (filter is IDisposable disposable)
            {
                disposable.Dispose();
            }
        }
    }
}

internal static class FilterClass
{
    public static SocketConnectFilter Connect<TFilter>(IServiceProvider services)
        where TFilter : class, ISocketConnectFilter
    {
        var filters = new FilterClass<TFilter>(services);
        return (context, next) => filters.RunAsync(context.Services, filter => filter.OnConnectingAsync(context, next));
    }

    public static SocketEventFilter Events<TFilter>(IServiceProvider services)
        where TFilter : class, ISocketEventFilter
    {
        var filters = new FilterClass<TFilter>(services);
        return (context, next) => filters.RunAsync(context.Services, filter => filter.OnEventAsync(context, next));
    }
}
