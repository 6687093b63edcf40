using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.FluentUI.AspNetCore.Components;
using PushApp.Dashboard.Downloads;
using PushApp.Dashboard.Resources;
using PushApp.Dashboard.Security;

namespace PushApp.Dashboard.Components;

/// <summary>The pages, and what they need.</summary>
internal static class DashboardPages
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        // Only these names lead here: another site's name that is made to resolve to loopback does not.
        builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";

        // Files come from the packages' folders until the dashboard is published.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddFluentUIComponents();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ResourceClient>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ResourceClient>());
    }

    public static void UsePages(this WebApplication app)
    {
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache", ContentTypeProvider = new FileExtensionContentTypeProvider() });
        // Whoever asks for a page gets one; programs get the bare answer. Not in a branch: that would have no routes to execute anew.
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            context.Features.GetRequiredFeature<IStatusCodePagesFeature>().Enabled = IsForUnknownPage(context);
            return next(context);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapLogin();
        app.MapDownloads().RequireAuthorization();
        app.MapRazorComponents<App>()
            // The header of SecurityHeaders says it, and more.
            .AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization();
    }

    private static bool IsForUnknownPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.GetEndpoint() is null && context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html");
}
