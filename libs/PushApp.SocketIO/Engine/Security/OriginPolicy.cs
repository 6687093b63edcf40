using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PushApp.Push;

namespace PushApp.SocketIO.Engine.Security;

/// <summary>
/// Which pages may connect. A browser sends cookies with a WebSocket's handshake whatever page opens it, and no CORS rule stops that, so the server must look at the origin
/// (https://www.rfc-editor.org/rfc/rfc6455#section-10.2). No page can forge the header; whoever sends none is no page.
/// </summary>
internal sealed class OriginPolicy(EngineOptions options)
{
    private readonly bool _any = options.AllowedOrigins.Contains("*");
    private readonly HashSet<string> _allowed = new(options.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the header could come from a browser: visible characters alone.</summary>
    public static bool IsWellFormed(HttpRequest request)
    {
        foreach (var value in request.Headers.Origin)
        {
            foreach (var c in value ?? "")
            {
                if (c is < ' ' or > '~' and not (>= '\u0080' and <= '\u00FF') && c != '\t')
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Whether the page that sent the request, if a page did, may.</summary>
    public bool IsAllowed(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (_any || origins.Count == 0)
        {
            return true;
        }

        var origin = origins.ToString();
        return _allowed.Contains(origin) || IsOwn(request, origin);
    }

    /// <summary>
    /// Takes from a request what its browser has added by itself, where another site's page sent it that may connect without the user's credentials alone. A browser asks nobody before it sends
    /// cookies with a WebSocket's handshake, so that <see cref="EngineOptions.AllowCredentials"/> would hold for polling only. What the page's script has added (a bearer token) stays, and who it signs in by itself.
    /// </summary>
    public async ValueTask WithholdCredentialsAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (options.AllowCredentials || headers.Origin.Count == 0 || !(headers.Cookie.Count > 0 || IsAmbient(headers.Authorization)) || IsOwn(context.Request, headers.Origin.ToString()))
        {
            return;
        }

        headers.Remove(HeaderNames.Cookie);
        if (IsAmbient(headers.Authorization))
        {
            headers.Remove(HeaderNames.Authorization);
        }

        if (headers.Authorization.Count == 0 || !await IsSignedInByTokenAsync(context).ConfigureAwait(false))
        {
            PushPrincipalAccessor.Withhold(context);
        }
    }

    /// <summary>
    /// Whether the token alone signs in whom the request was taken for. Asked anew, of a request that has nothing else: the app's schemes have looked at the cookie too, and which of the two they went by is
    /// theirs to know.
    /// </summary>
    private static async Task<bool> IsSignedInByTokenAsync(HttpContext context)
    {
        if (context.User.Identity is not { IsAuthenticated: true, Name: { Length: > 0 } name }
            || context.RequestServices.GetService<IAuthenticationSchemeProvider>() is not { } schemes || await schemes.GetDefaultAuthenticateSchemeAsync().ConfigureAwait(false) is null)
        {
            return false;
        }

        await using var scope = context.RequestServices.CreateAsyncScope();
        var bare = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        bare.Request.Method = context.Request.Method;
        bare.Request.Scheme = context.Request.Scheme;
        bare.Request.Host = context.Request.Host;
        bare.Request.PathBase = context.Request.PathBase;
        bare.Request.Path = context.Request.Path;
        bare.Request.Headers.Authorization = context.Request.Headers.Authorization;
        return (await bare.AuthenticateAsync().ConfigureAwait(false)).Principal is { } principal
            && principal.Identity?.Name == name && principal.FindFirstValue(PushClaims.SignInId) == context.User.FindFirstValue(PushClaims.SignInId);
    }

    /// <summary>Whether it is of a scheme that browsers answer with by themselves once the user has signed in (Basic, Negotiate, …).</summary>
    private static bool IsAmbient(StringValues authorization) => authorization.Count > 0 && !authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the CORS headers (https://fetch.spec.whatwg.org/#http-cors-protocol), where origins are configured and this is one of them. True: the request is a preflight, and answered by them.</summary>
    public bool ApplyCors(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (options.AllowedOrigins.Count == 0 || origin.Length == 0)
        {
            return false;
        }

        var headers = context.Response.Headers;
        if (!_any)
        {
            headers.Append("Vary", "Origin");
        }

        if (!_any && !_allowed.Contains(origin))
        {
            return false;
        }

        headers.AccessControlAllowOrigin = _any ? "*" : origin;
        if (options.AllowCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }

        if (!HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers.AccessControlRequestMethod.Count == 0)
        {
            return false;
        }

        headers.AccessControlAllowMethods = "GET, POST";
        if (context.Request.Headers.AccessControlRequestHeaders is [{ Length: > 0 } requested])
        {
            headers.AccessControlAllowHeaders = requested;
        }

        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    // The scheme counts too: a page that came by http could have been altered on its way.
    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Scheme, request.Scheme, StringComparison.OrdinalIgnoreCase)
        && string.Equals(uri.Host.Trim('[', ']'), request.Host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        && uri.Port == (request.Host.Port ?? (request.IsHttps ? 443 : 80));
}
