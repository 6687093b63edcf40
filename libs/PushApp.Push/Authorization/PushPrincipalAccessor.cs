using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace PushApp.Push;

/// <summary>Tells who makes a request: an API key if one is given, else the signed-in user, else a visitor.</summary>
internal sealed class PushPrincipalAccessor(IApiKeyStore apiKeys)
{
    /// <summary>The header that carries an API key, beside <c>Authorization: Bearer</c>.</summary>
    public const string ApiKeyHeader = "X-Api-Key";

    /// <summary>
    /// Who makes the request; null when it carries an API key that is not valid, which is to be answered with 401 and never taken for a visitor's or, should
    /// it carry a cookie too, a user's.
    /// </summary>
    public ValueTask<PushPrincipal?> GetAsync(HttpContext context)
    {
        return FindKey(context.Request) is { } key
            ? GetKeyAsync(key, context.RequestAborted)
            : new ValueTask<PushPrincipal?>(GetUser(context.User));
    }

    private async ValueTask<PushPrincipal?> GetKeyAsync(string key, CancellationToken cancellationToken)
    {
        return ApiKey.TryGetId(key, out var id)
            && await apiKeys.FindAsync(id, cancellationToken) is { } stored
            && ApiKey.Verify(key, stored.Hash)
            ? new PushPrincipal(UserName: null, ApiKey: stored.Grant) { ApiKeyHash = stored.Hash }
            : null;
    }

    private static PushPrincipal GetUser(ClaimsPrincipal user)
    {
        return user.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name }
            ? new PushPrincipal(name, user.FindFirstValue(PushClaims.SignInId))
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
