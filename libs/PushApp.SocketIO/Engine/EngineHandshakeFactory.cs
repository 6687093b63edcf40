using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PushApp.Push;

namespace PushApp.SocketIO.Engine;

/// <summary>Copies out of the opening request what is kept of it.</summary>
internal static class EngineHandshakeFactory
{
    // Secrets, and what was of use for opening the WebSocket alone.
    private static readonly HashSet<string> LeftOut = new(StringComparer.OrdinalIgnoreCase) { "Cookie", "Authorization", PushPrincipalAccessor.ApiKeyHeader, "Sec-WebSocket-Key" };

    // What many clients send alike. Nothing else is pooled: a token must not stay when its session has ended.
    private static readonly HashSet<string> CommonHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Encoding", "Accept-Language", "Cache-Control", "Connection", "Host", "Origin", "Pragma", "Sec-WebSocket-Extensions", "Sec-WebSocket-Version", "Upgrade", "User-Agent",
    };

    private static readonly HashSet<string> CommonParameters = new(StringComparer.Ordinal) { "EIO", "transport" };

    private static HandshakeValues? _lastHeaders;
    private static HandshakeValues? _lastQuery;

    public static EngineHandshake Create(HttpContext context, PushPrincipal principal, DateTimeOffset time)
    {
        var request = context.Request;
        var headers = new HandshakeValues([.. request.Headers.Where(header => !LeftOut.Contains(header.Key)).Select(header => CommonHeaders.Contains(header.Key) ? Pooled(header) : header)], StringComparison.OrdinalIgnoreCase).Or(ref _lastHeaders);
        var query = new HandshakeValues([.. request.Query.Select(item => CommonParameters.Contains(item.Key) ? Pooled(item) : item)], StringComparison.Ordinal).Or(ref _lastQuery);
        return new EngineHandshake
        {
            Principal = principal,
            User = IsNobody(context.User) ? null : context.User,
            Headers = headers,
            Query = query,
            RemoteAddress = context.Connection.RemoteIpAddress is { } address ? TextPool.Shared.Get(address.ToString()) : null,
            Url = UrlOf(request),
            IsSecure = request.IsHttps,
            Time = time,
        };
    }

    private static bool IsNobody(ClaimsPrincipal user) =>
        user.GetType() == typeof(ClaimsPrincipal) && user.Identities.All(identity => identity.GetType() == typeof(ClaimsIdentity) && identity is { IsAuthenticated: false, Name: null, Actor: null, BootstrapContext: null } && !identity.Claims.Any());

    private static string UrlOf(HttpRequest request)
    {
        var url = $"{request.PathBase}{request.Path}{request.QueryString}";
        return request.Query.Keys.All(CommonParameters.Contains) ? TextPool.Shared.Get(url) : url;
    }

    private static KeyValuePair<string, StringValues> Pooled(KeyValuePair<string, StringValues> item) =>
        new(TextPool.Shared.Get(item.Key), item.Value is [{ } single] ? TextPool.Shared.Get(single) : item.Value);
}
