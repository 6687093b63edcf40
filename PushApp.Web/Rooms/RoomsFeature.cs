using Microsoft.Extensions.DependencyInjection.Extensions;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Web.Chat;
using PushApp.Web.Presence;
using PushApp.Web.Push;

namespace PushApp.Web.Rooms;

/// <summary>Socket.IO: rooms on the main namespace. Everything of section <c>SocketIO</c> can be set; it is checked at start.</summary>
internal static class RoomsFeature
{
    public static void AddRooms(this WebApplicationBuilder builder)
    {
        // Before AddSocketIO reads the configuration, which so has the last word.
        builder.Services.Configure<SocketIOOptions>(options =>
        {
            options.Recovery.Enabled = true;
            options.Engine.AllowEIO3 = true;
        });
        builder.Services.AddSocketIO();
        builder.Services.AddSingleton<RoomsLimiter>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelAuthorizer, RoomAuthorizer>());
    }

    public static void MapRooms(this WebApplication app) => app.MapSocketIO("/socket.io", io =>
    {
        io.UseEvents(TellBrokerAway);
        io.MapNamespace<RoomsNamespace>();
        io.MapChat();
        io.MapPresence();
        io.MapEvents();
    });

    private static async ValueTask TellBrokerAway(SocketEventContext context, Func<ValueTask> next)
    {
        try
        {
            await next();
        }
        catch (BrokerUnavailableException)
        {
            throw new SocketException($"The broker is away, so '{context.EventName}' was not carried out. Send it again in a few seconds.", "unavailable");
        }
    }
}
