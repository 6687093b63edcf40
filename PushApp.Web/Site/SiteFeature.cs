using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace PushApp.Web.Site;

/// <summary>The page, and what holds for every answer of this node: security headers, problem details, the proxies that are believed.</summary>
internal static class SiteFeature
{
    /// <summary>
    /// Content lies beside the assembly, wherever the process was started: with the current directory as content root, settings and page of a published site would be
    /// missing as soon as it is started from another folder.
    /// </summary>
    public static WebApplicationOptions CreateOptions(string[] args) => new() { Args = args, ContentRootPath = AppContext.BaseDirectory };

    public static void AddSite(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddProblemDetails(options => options.CustomizeProblemDetails = ProblemTexts.Complete);
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.RespectNullableAnnotations = true);
        services.AddExceptionHandler<BadRequestHandler>();
        // So that the handler can say what is wrong with a request, in Production too.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddResponseCompression(options => options.EnableForHttps = true);
        services.AddOpenApi();
        services.AddSingleton<OtherMethods>();

        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>());
        services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, ForwardedHeadersSetUp>();
    }

    public static void UseSite(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        if (!app.Environment.IsDevelopment())
        {
            app.UseHsts();
        }

        app.UseSiteAssets();
    }

    public static void MapSite(this WebApplication app)
    {
        app.MapOpenApi();
        app.MapSiteEndpoints();
        app.MapSitePages();
    }
}
