using PushApp.Push;
using PushApp.Web.Chat;

namespace PushApp.Web.Push;

/// <summary>The streams to browsers, and publishing over HTTP.</summary>
internal static class PushFeature
{
    // What the page takes the application's word for; users may publish anything else where they are permitted to.
    private static readonly string[] ApplicationEvents = ["import.*", "contact.*", "notification*", "connections", "requests", "uptime", ChatEvents.Pattern];

    // The chat has no other store of its messages. What the configuration names itself stays as it says.
    private static readonly string[] Conversations = ["room:*", "dm:*"];
    private static readonly TimeSpan ConversationAge = TimeSpan.FromDays(30);

    public static void AddPushFeature(this WebApplicationBuilder builder)
    {
        builder.AddRedisClient("redis");
        builder.Services.AddPush(options =>
        {
            options.ReservedEvents = [.. options.ReservedEvents, .. ApplicationEvents];
            foreach (var channels in Conversations.Where(channels => !options.Histories.Exists(history => history.Channels == channels)))
            {
                options.Histories.Add(new ChannelHistoryOptions { Channels = channels, MaxAge = ConversationAge });
            }

            options.Presence.Channels = [.. options.Presence.Channels, "room:*"];
        }).AddInspection();
    }

    public static void MapPushFeature(this WebApplication app)
    {
        app.MapServerSentEvents("/sse");
        app.MapPublishApi();
    }
}
