using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using PushApp.Push;

namespace PushApp.Tests.Infrastructure;

/// <summary>Signs requests in by headers: <c>X-Test-User</c> names the user, <c>X-Test-SignIn</c> the sign-in.</summary>
internal static class TestSignIn
{
    /// <param name="app">The node.</param>
    /// <param name="signInOf">The sign-in of a user whose request names none.</param>
    public static void UseTestSignIn(this WebApplication app, Func<string, string>? signInOf = null) => app.Use((context, next) =>
    {
        if (context.Request.Headers["X-Test-User"] is [{ } user])
        {
            List<Claim> claims = [new(ClaimTypes.Name, user)];
            if ((context.Request.Headers["X-Test-SignIn"] is [{ } named] ? named : signInOf?.Invoke(user)) is { } signIn)
            {
                claims.Add(new(PushClaims.SignInId, signIn));
            }

            context.User = new ClaimsPrincipal(new ClaimsIdentity(claims, "Test"));
        }

        return next(context);
    });
}
