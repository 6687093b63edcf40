using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using PushApp.Push;

namespace PushApp.Web.Accounts;

/// <summary>
/// Takes the user from a request whose sign-in no longer holds, so that a cookie or token kept from before is worth nothing on any node at once. It asks the database
/// (one read by primary key) rather than a cache, because a cache of another node would not hear of the end.
/// </summary>
internal sealed class SignInCheck(RequestDelegate next, SignInStore signIns)
{
    private const string Identity = "Identity.Application";

    public async Task InvokeAsync(HttpContext context)
    {
        // Other kinds of principals (API keys) rest on no sign-in. Identity gives cookies and bearer tokens the same type.
        if (context.User.Identity is { IsAuthenticated: true, AuthenticationType: Identity }
            && (context.User.FindFirstValue(PushClaims.SignInId) is not { } id || !await signIns.HoldsAsync(id, context.RequestAborted)))
        {
            if (context.Features.Get<IAuthenticateResultFeature>() is { } feature)
            {
                feature.AuthenticateResult = AuthenticateResult.Fail("This sign-in has ended.");
            }

            context.User = new ClaimsPrincipal(new ClaimsIdentity());
        }

        await next(context);
    }
}
