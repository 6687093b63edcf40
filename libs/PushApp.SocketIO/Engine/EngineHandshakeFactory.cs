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

    public static EngineHandshake Create(HttpContext context, PushPrincipal principal, DateTimeOffset time)
    {
        var request = context.Request;
        var headers = new HandshakeValues([.. request.Headers.Where(header => !LeftOut.Contains(header.Key)).Select(Pooled)], StringComparison.OrdinalIgnoreCase);
        var query = new HandshakeValues([.. request.Query.Select(Pooled)], StringComparison.Ordinal);
        return new EngineHandshake
        {
            Principal = principal,
            User = IsNobody(context.User) ? null : context.User,
            Headers = headers,
            Query = query,
            RemoteAddress = context.Connection.RemoteIpAddress is { } address ? TextPool.Shared.Get(address.ToString()) : null,
            Url = TextPool.Shared.Get($"{request.PathBase}{request.Path}{request.QueryString}"),
            IsSecure = request.IsHttps,
            Time = time,
        };
    }

    private static bool IsNobody(ClaimsPrincipal user) =>
        user.GetType() == typeof(ClaimsPrincipal) && user.Identities.All(identity => identity is { IsAuthenticated: false, Name: null, Actor: null, BootstrapContext: null } && !identity.Claims.Any());

    private static KeyValuePair<string, StringValues> Pooled(KeyValuePair<string, StringValues> item) =>
        new(TextPool.Shared.Get(item.Key), item.Value is [{ } single] ? TextPool.Shared.Get(single) : item.Value);
}
