using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace PushApp.Web.Site;

/// <summary>
/// The page that Vite built, served from the folder <c>site</c> beside the assembly, where both build and publish put it (ClientApp.targets says why it is no static web asset).
/// Every path that looks like a page answers with the page itself, which knows what to show there; where that is nothing, with 404.
/// </summary>
internal static partial class SiteAssets
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string Revalidate = "no-cache";

    // As ClientApp/src/state/router.ts knows them.
    private static readonly HashSet<string> Views = new(StringComparer.Ordinal)
    {
        "/", "/imports", "/chat", "/inspector", "/inspector/events", "/inspector/journey", "/inspector/connections", "/inspector/channels", "/inspector/search",
    };

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "site");

    public static void UseSiteAssets(this WebApplication app)
    {
        if (!Directory.Exists(Folder))
        {
            Log.Missing(app.Logger, Folder);
            return;
        }

        var options = new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Folder),
            OnPrepareResponse = response => response.Context.Response.Headers.CacheControl =
                // Vite puts a hash of the content into the names of what lies there.
                response.Context.Request.Path.StartsWithSegments("/assets") ? Immutable : Revalidate,
        };
        // Only here, where nothing is secret: compressing secrets beside what a sender chose gives their lengths away. Streams must never be compressed either.
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/assets"),
            assets => assets.UseResponseCompression());
        app.UseStaticFiles(options);
    }

    public static void MapSitePages(this WebApplication app)
    {
        app.MapFallback("/{*path:nonfile}", (Delegate)ServePageAsync).ExcludeFromDescription();
        app.MapFallback("/api/{**path}", (HttpContext context, OtherMethods methods) => methods.Answer(context)).ExcludeFromDescription();
    }

    private static async Task<IResult> ServePageAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return TypedResults.Problem("There is only a page here; it is read by GET.", statusCode: StatusCodes.Status405MethodNotAllowed);
        }

        var file = new FileInfo(Path.Combine(Folder, "index.html"));
        if (!file.Exists)
        {
            return TypedResults.Problem(
                "The page was not built. Build PushApp.Web with Node.js on the PATH (dotnet build PushApp.Web).", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        context.Response.Headers.CacheControl = Revalidate;
        var page = await File.ReadAllBytesAsync(file.FullName, context.RequestAborted);
        return IsView(context.Request.Path)
            ? TypedResults.Bytes(page, "text/html; charset=utf-8", entityTag: TagOf(page))
            : TypedResults.Content(Encoding.UTF8.GetString(page), "text/html; charset=utf-8", statusCode: StatusCodes.Status404NotFound);
    }

    // By its content and not by its time: after a roll-back the page is older than what browsers hold, and names other assets.
    private static EntityTagHeaderValue TagOf(byte[] page) => new($"\"{Convert.ToHexStringLower(SHA256.HashData(page).AsSpan(0, 12))}\"");

    /// <summary>Whether the page has something to show there: without regard to a slash at the end.</summary>
    private static bool IsView(PathString path) => Views.Contains(path.Value?.TrimEnd('/') is { Length: > 0 } text ? text : "/");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The page was not built: '{Folder}' is missing. Build PushApp.Web with Node.js on the PATH; the API works without it.", EventName = "Missing")]
        public static partial void Missing(ILogger logger, string folder);
    }
}
