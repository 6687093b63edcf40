using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PushApp.Push;

/// <summary>Tells who makes a request: an API key if one is given, else the signed-in user, else a visitor.</summary>
internal sealed class PushPrincipalAccessor(IApiKeyStore apiKeys)
{
    /// <summary>The header that carries an API key, beside <c>Authorization: Bearer</c>.</summary>
    public const string ApiKeyHeader = "X-Api-Key";

    private static readonly object WithheldKey = new();

    /// <summary>Takes the user from a request: what signed it in does not count for it, and it is a visitor's.</summary>
    public static void Withhold(HttpContext context)
    {
        context.User = new ClaimsPrincipal(new ClaimsIdentity());
        context.Items[WithheldKey] = true;
    }

    /// <summary>
    /// Who makes the request; null when it carries an API key, token or cookie that is not valid or has ended, which is to be answered with 401 and never taken for a visitor's or, should
    /// it carry a cookie beside the key, a user's: who believes to be signed in must not miss events in silence.
    /// </summary>
    public ValueTask<PushPrincipal?> GetAsync(HttpContext context)
    {
        return FindKey(context.Request) is { } key
            ? GetKeyAsync(key, context.RequestAborted)
            : GetUserAsync(context);
    }

    private async ValueTask<PushPrincipal?> GetKeyAsync(string key, CancellationToken cancellationToken)
    {
        return ApiKey.TryGetId(key, out var id)
            && await apiKeys.FindAsync(id, cancellationToken) is { } stored
            && ApiKey.Verify(key, stored.Hash)
            ? new PushPrincipal(UserName: null, ApiKey: stored.Grant) { ApiKeyHash = stored.Hash }
            : null;
    }

    private static async ValueTask<PushPrincipal?> GetUserAsync(HttpContext context)
    {
        if (context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name })
        {
            return new PushPrincipal(name, context.User.FindFirstValue(PushClaims.SignInId));
        }

        if (context.Items.ContainsKey(WithheldKey))
        {
            return PushPrincipal.Anonymous;
        }

        // The app's own scheme has read the request before; what it found is kept.
        return context.RequestServices.GetService<IAuthenticationSchemeProvider>() is { } schemes
            && await schemes.GetDefaultAuthenticateSchemeAsync() is not null
            && !(await context.AuthenticateAsync()).None
            ? null
            : PushPrincipal.Anonymous;
    }

    /// <summary>What was given as a key; null when none was. A header given twice is no key.</summary>
    private static string? FindKey(HttpRequest request)
    {
        if (request.Headers.TryGetValue(ApiKeyHeader, out var values))
        {
            return values.Count == 1 ? values.ToString().Trim() : "";
        }

        // https://www.rfc-editor.org/rfc/rfc6750#section-2.1; the scheme is compared without case (RFC 9110 §11.1).
        const string scheme = "Bearer ";
        foreach (var value in request.Headers.Authorization)
        {
            if (value is not null && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                var token = value.AsSpan(scheme.Length).Trim();
                if (token.StartsWith(ApiKey.Prefix, StringComparison.Ordinal))
                {
                    return token.ToString();
                }
            }
        }

        return null;
    }
}
