using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using PushApp.Push;
using PushApp.Web.Inspector;

namespace PushApp.Web.Accounts;

/// <summary>ASP.NET Core Identity's endpoints under <c>/api/account</c>, and the two that a page needs beside them.</summary>
internal static class AccountEndpoints
{
    public static void MapAccountEndpoints(this IEndpointRouteBuilder app)
    {
        var account = app.MapGroup("/api/account").WithTags("Accounts");
        account.MapIdentityApi<AccountUser>().AddEndpointFilter(new DemoAccountGuard()).AddEndpointFilter(new SignInAnswers());
        account.MapGet("/me", GetMe).RequireAuthorization()
            .WithSummary("Who is signed in").ProducesProblem(StatusCodes.Status401Unauthorized);
        account.MapPost("/logout", LogOutAsync)
            .WithSummary("Ends the sign-in behind this request's cookie or bearer token, on every node. Does nothing when there is none.");
    }

    private static Ok<Me> GetMe(ClaimsPrincipal user, InspectorAccess inspector) =>
        TypedResults.Ok(new Me(user.Identity!.Name!, user.FindFirstValue(ClaimTypes.Email), inspector.IsAdministrator(user.Identity.Name)));

    private static async Task<NoContent> LogOutAsync(HttpContext context, SignInStore signIns, AccessChanges changes)
    {
        if (context.User.FindFirstValue(PushClaims.SignInId) is { } id)
        {
            // Not to be cancelled by a page that has already gone elsewhere.
            await signIns.EndAsync(id, CancellationToken.None);
            await changes.AnnounceAsync(context.User.Identity!.Name!, CancellationToken.None);
        }

        await Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions.SignOutAsync(context, IdentityConstants.ApplicationScheme);
        return TypedResults.NoContent();
    }

    /// <summary>The signed-in user.</summary>
    /// <param name="UserName">The name that others share with and that names the user's channel.</param>
    /// <param name="Email">The e-mail address.</param>
    /// <param name="MayInspect">Whether the Inspector is open to them.</param>
    internal sealed record Me(string UserName, string? Email, bool MayInspect);
}
