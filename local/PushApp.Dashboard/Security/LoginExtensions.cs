using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using PushApp.Dashboard.Configuration;

namespace PushApp.Dashboard.Security;

/// <summary>The cookie behind the login.</summary>
internal static class LoginExtensions
{
    public static void AddLogin(this WebApplicationBuilder builder)
    {
        // Cookies are good for every port of a host: the name says whose they are. Frontend URLs are validated at start.
        var port = LoopbackUrl.TryParse(builder.Configuration[$"{DashboardOptions.Section}:{nameof(DashboardOptions.FrontendUrl)}"] ?? "", out var url) ? url.Port : 0;

        // Each run has its token, so each run has its cookies: no keys outlive it.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAntiforgery(o => o.Cookie.Name = $"dashboard.forgery.{port}");
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = $"dashboard.{port}";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(3);
            cookie.LoginPath = LoginEndpoints.Path;
            cookie.ReturnUrlParameter = "returnUrl";
        });
        builder.Services.AddAuthorization();
    }
}
