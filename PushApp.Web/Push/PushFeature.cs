using PushApp.Push;

namespace PushApp.Web.Push;

/// <summary>The streams to browsers, and publishing over HTTP.</summary>
internal static class PushFeature
{
    public static void AddPushFeature(this WebApplicationBuilder builder) => builder.Services.AddPush();

    public static void MapPushFeature(this WebApplication app) => app.MapServerSentEvents("/sse");
}
