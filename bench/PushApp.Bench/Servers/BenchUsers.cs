using System.Security.Claims;
using PushApp.Bench.Load;

namespace PushApp.Bench.Servers;

/// <summary>Signs in whoever the query names: the cheapest way that there is, and the same for every server.</summary>
internal static class BenchUsers
{
    public static void UseBenchUsers(this WebApplication app) => app.Use(static (context, next) =>
    {
        if ((string?)context.Request.Query[Recipients.Parameter] is { } user)
        {
            // PushApp goes by the name, SignalR by the identifier.
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user), new Claim(ClaimTypes.NameIdentifier, user)], "bench"));
        }

        return next(context);
    });
}
