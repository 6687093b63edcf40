using Microsoft.AspNetCore.Http;
using PushApp.Push;

namespace PushApp.SocketIO.Engine;

/// <summary>Copies out of the opening request what is kept of it.</summary>
internal static class EngineHandshakeFactory
{
    private static readonly HashSet<string> Secrets = new(StringComparer.OrdinalIgnoreCase) { "Cookie", "Authorization", PushPrincipalAccessor.ApiKeyHeader };

    public static EngineHandshake Create(HttpContext context, PushPrincipal principal, DateTimeOffset time)
    {
        var request = context.Request;
        var headers = new HandshakeValues([.. request.Headers.Where(header => !Secrets.Contains(header.Key))], StringComparison.OrdinalIgnoreCase);
        var query = new HandshakeValues([.. request.Query], StringComparison.Ordinal);
        return new EngineHandshake
        {
            Principal = principal,
            User = context.User,
            Headers = headers,
            Query = query,
            RemoteAddress = context.Connection.RemoteIpAddress?.ToString(),
            Url = $"{request.PathBase}{request.Path}{request.QueryString}",
            IsSecure = request.IsHttps,
            Time = time,
        };
    }
}
