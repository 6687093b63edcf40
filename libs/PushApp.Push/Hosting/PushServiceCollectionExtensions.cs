using Microsoft.Extensions.DependencyInjection;

namespace PushApp.Push;

/// <summary>The way in.</summary>
public static class PushServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IPushPublisher"/>, and what a web node needs beside it once a stream is mapped. Reads section <c>Push</c>; uses the registered
    /// <see cref="StackExchange.Redis.IConnectionMultiplexer"/>, or connects to <c>ConnectionStrings:redis</c>.
    /// </summary>
    public static IPushBuilder AddPush(this IServiceCollection services, Action<PushOptions>? configure = null)
    {
        _ = configure;
        return new PushBuilder(services);
    }
}

/// <summary>Adds to what <see cref="PushServiceCollectionExtensions.AddPush"/> registered.</summary>
public interface IPushBuilder
{
    /// <summary>The services.</summary>
    IServiceCollection Services { get; }
}

internal sealed record PushBuilder(IServiceCollection Services) : IPushBuilder;
