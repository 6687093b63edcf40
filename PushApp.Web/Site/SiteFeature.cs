namespace PushApp.Web.Site;

internal static class SiteFeature
{
    public static void AddSite(this WebApplicationBuilder builder) => _ = builder;

    public static void UseSite(this WebApplication app) => _ = app;

    public static void MapSite(this WebApplication app) => _ = app;
}
