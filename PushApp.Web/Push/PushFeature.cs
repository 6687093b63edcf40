using PushApp.Push;

namespace PushApp.Web.Push;

/// <summary>The streams to browsers, and publishing over HTTP.</summary>
internal static class PushFeature
{
    // What the page takes the application's word for; users may publish anything else where they are permitted to.
    private static readonly string[] ApplicationEvents = ["import.*", "contact.*", "notification*", "connections", "requests", "uptime"];

    public static void AddPushFeature(this WebApplicationBuilder builder)
    {
        builder.AddRedisClient("redis");
        builder.Services.AddPush(options => options.ReservedEvents = [.. options.ReservedEvents, .. ApplicationEvents]);
    }

    public static void MapPushFeature(this WebApplication app)
    {
        app.MapServerSentEvents("/sse");
        app.MapPublishApi();
    }
}
