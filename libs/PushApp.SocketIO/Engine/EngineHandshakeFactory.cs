using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PushApp.Push;

namespace PushApp.SocketIO.Engine;

/// <summary>Copies out of the opening request what is kept of it.</summary>
internal static class EngineHandshakeFactory
{
    private static readonly HashSet<string> Secrets = new(StringComparer.OrdinalIgnoreCase) { "Cookie", "Authorization", PushPrincipalAccessor.ApiKeyHeader };

    public static EngineHandshake Create(HttpContext context, PushPrincipal principal, DateTimeOffset time)
    {
        var request = context.Request;
        var headers = new Dictionary<string, StringValues>(request.Headers.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers)
        {
            if (!Secrets.Contains(name))
            {
                headers[name] = values;
            }
        }

        var query = new Dictionary<string, StringValues>(request.Query.Count, StringComparer.Ordinal);
        foreach (var (name, values) in request.Query)
        {
            query[name] = values;
        }

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
