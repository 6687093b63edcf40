using PushApp.SocketIO;

namespace PushApp.Web.Presence;

/// <summary>Who is online, for the site's users: the namespace <c>/status</c>.</summary>
internal static class PresenceFeature
{
    public static void AddPresence(this WebApplicationBuilder builder) => builder.Services.AddSingleton<StatusBoard>();

    public static void MapPresence(this SocketIOBuilder io) => io.MapNamespace<StatusNamespace>("/status");
}
