namespace PushApp.Web.Push;

internal static class PushFeature
{
    public static void AddPushFeature(this WebApplicationBuilder builder) => _ = builder;


    public static void MapPushFeature(this WebApplication app) => _ = app;
}
