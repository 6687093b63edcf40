using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace PushApp.Web.Accounts;

/// <summary>
/// Refuses requests that change state, would be answered by virtue of a cookie, and come from another site's page. A browser says where a request comes from in
/// <c>Sec-Fetch-Site</c> (https://www.w3.org/TR/fetch-metadata/), older ones in <c>Origin</c>, and no page can forge either; a client that is no browser sends neither and has no
/// cookie that it did not mean to send.
/// </summary>
/// <remarks>Trusts the Host header where it compares origins: a page elsewhere cannot set that either.</remarks>
internal sealed partial class RequestForgeryCheck(RequestDelegate next, IOptions<AccountsOptions> options, IProblemDetailsService problems, ILogger<RequestForgeryCheck> logger)
{
    private readonly HashSet<string> _trusted = new(options.Value.TrustedOrigins, StringComparer.OrdinalIgnoreCase);

    public async Task InvokeAsync(HttpContext context)
    {
        if (ChangesState(context.Request) && UsesCookie(context.Request) && IsForeign(context.Request))
        {
            Log.Refused(logger, context.Request.Path, context.Request.Headers.Origin.ToString());
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await problems.WriteAsync(new ProblemDetailsContext
            {
                HttpContext = context,
                ProblemDetails = new ProblemDetails
                {
                    Status = StatusCodes.Status403Forbidden,
                    Title = "Request from another site",
                    Detail = "This request was sent by a page of another site, so your sign-in does not count for it. Open the site itself, or name the other origin in Accounts:TrustedOrigins.",
                },
            });
            return;
        }

        await next(context);
    }

    private static bool ChangesState(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsTrace(request.Method));

    // Signing in counts too: another site must not sign a person in as somebody else, to learn what they then upload.
    private static bool UsesCookie(HttpRequest request) =>
        (request.Cookies.ContainsKey(AccountsFeature.CookieName) && !HasToken(request)) || request.Path.StartsWithSegments("/api/account");

    // Identity looks at a bearer token first, and at the cookie only where there is none: a token that is not valid signs in nobody. It takes the scheme in this spelling alone.
    private static bool HasToken(HttpRequest request) => request.Headers.Authorization is [{ } authorization] && authorization.StartsWith("Bearer ", StringComparison.Ordinal);

    private bool IsForeign(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        if (origin is not null && _trusted.Contains(origin))
        {
            return false;
        }

        string? site = request.Headers["Sec-Fetch-Site"];
        if (!string.IsNullOrEmpty(site))
        {
            // "none" is the person's own doing; "same-site" is another host of the domain, which may be anybody's.
            return site is not ("same-origin" or "none");
        }

        // Host and port only: behind a proxy that ends TLS, this node may not know the scheme. Both leave out the scheme's usual port.
        return !string.IsNullOrEmpty(origin)
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Refused a request to {Path} that a page of {Origin} sent with a user's cookie.", EventName = "Refused")]
        public static partial void Refused(ILogger logger, PathString path, string origin);
    }
}
