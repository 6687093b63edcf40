using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PushApp.Push;
using PushApp.Push.Hub;
using PushApp.Push.Redis;

namespace PushApp.SocketIO;

/// <summary>Makes the adapter that fits the application's services: with <c>AddPush</c> all nodes, without it this one.</summary>
internal static class SocketAdapterFactory
{
    public static ISocketAdapter Create(SocketServer server)
    {
        var services = server.Services;
        if (services.GetService<IPushPublisher>() is not { } publisher)
        {
            return new LocalAdapter(server);
        }

        var redis = services.GetRequiredService<RedisConnection>();
        var keys = services.GetRequiredService<RedisKeys>();
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var local = new LocalAdapter(server);
        var store = new RecoveryStore(redis, keys, server.Options.Recovery.Window);
        return new PushAdapter(
            server,
            services.GetRequiredService<ChannelHub>(),
            services.GetRequiredService<StreamRegistry>(),
            services.GetRequiredService<ChannelAccessService>(),
            services.GetRequiredService<AccessRecheck>(),
            publisher,
            store,
            new ServerBus(redis, keys, store, server.Options, server.Time, loggers.CreateLogger<ServerBus>()),
            local,
            new InteropRequests(server, local, redis, loggers.CreateLogger<InteropRequests>()),
            loggers.CreateLogger<PushAdapter>());
    }
}
