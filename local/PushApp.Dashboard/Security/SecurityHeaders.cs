namespace PushApp.Dashboard.Security;

/// <summary>What a browser may do with the pages, and with whom: only what is theirs.</summary>
internal static class SecurityHeaders
{
    // Fluent UI's components bring styles of their own as elements and attributes; scripts only ever come from here.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";

        // With none at all, a browser says of the form of the login that it comes from nowhere ("Origin: null").
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // Ports of one host are one site to a browser, cookies included: another program's page must not open a circuit here.
        return IsForeign(context.Request)
            ? Results.Problem("This request comes from another origin's page.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
            : next(context);
    });

    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
