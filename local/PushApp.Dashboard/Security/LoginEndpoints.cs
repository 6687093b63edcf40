using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using PushApp.Dashboard.Components;
using PushApp.Dashboard.Configuration;

namespace PushApp.Dashboard.Security;

/// <summary>Whoever has this run's token gets a cookie.</summary>
internal static class LoginEndpoints
{
    public const string Path = "/login";

    public static void MapLogin(this IEndpointRouteBuilder endpoints)
    {
        // A link changes who is signed in: only to somebody who knows the token, so another's page cannot use it.
        endpoints.MapGet(Path, (HttpContext context, IOptions<DashboardOptions> options, string? t, string? returnUrl) => LoginAsync(context, options.Value, t, returnUrl));
        endpoints.MapPost(Path, (HttpContext context, IOptions<DashboardOptions> options, [FromForm] string? token, [FromForm] string? returnUrl) => LoginAsync(context, options.Value, token ?? "", returnUrl));
    }

    private static async Task<IResult> LoginAsync(HttpContext context, DashboardOptions options, string? token, string? returnUrl)
    {
        var target = IsLocal(returnUrl) ? returnUrl! : "/";
        if (token is not null && SecretText.AreEqual(token.Trim(), options.BrowserToken))
        {
            var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "login token")], CookieAuthenticationDefaults.AuthenticationScheme);
            await context.SignInAsync(new ClaimsPrincipal(identity));
            return Results.LocalRedirect(target);
        }

        if (token is null && context.User.Identity?.IsAuthenticated == true)
        {
            return Results.LocalRedirect(target);
        }

        return new RazorComponentResult<LoginPage>(new Dictionary<string, object?> { [nameof(LoginPage.ReturnUrl)] = target, [nameof(LoginPage.Failed)] = token is not null })
        {
            StatusCode = token is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized,
        };
    }

    /// <summary>A path of this site: "//host" and "/\host" are others to a browser.</summary>
    internal static bool IsLocal(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);
}
