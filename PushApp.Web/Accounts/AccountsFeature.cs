using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PushApp.Contacts;
using PushApp.Push;
using PushApp.Web.Contacts;

namespace PushApp.Web.Accounts;

/// <summary>Accounts by ASP.NET Core Identity, sign-ins that end when they should, and the protection of what rests on them.</summary>
internal static class AccountsFeature
{
    /// <summary>The sign-in cookie. Cookies know no ports: a name of our own keeps other apps on localhost apart.</summary>
    public const string CookieName = "PushApp.SignIn";

    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AccountsOptions>().BindConfiguration(AccountsOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AccountsOptions>, AccountsOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);

        services.AddDbContextFactory<AccountsDbContext>((provider, options) => options.UseContactsDatabase(
            provider.GetRequiredService<IConfiguration>().GetConnectionString(ContactsConnectionString.Name), AccountsDbContext.MigrationsHistoryTable));
        services.AddDataProtection().SetApplicationName("PushApp").PersistKeysToDbContext<AccountsDbContext>();

        services.AddIdentityApiEndpoints<AccountUser>(Configure)
            .AddEntityFrameworkStores<AccountsDbContext>()
            .AddUserManager<AccountUserManager>()
            .AddUserValidator<AccountNameValidator>()
            .AddErrorDescriber<AccountErrorDescriber>()
            .AddSignInManager<AccountSignInManager>();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = CookieName;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddAuthorization();
        services.AddAntiforgery();

        services.AddSingleton<SignInStore>();
        services.AddSingleton<AccessChanges>();
        services.AddSingleton<ISignInValidator, SignInValidator>();
        services.AddScoped<IUserDirectory, UserDirectory>();
        services.AddSingleton<DemoAccount>();
        services.AddHostedService<AccountsSetUp>();
    }

    public static void UseAccounts(this WebApplication app)
    {
        app.UseMiddleware<RequestForgeryCheck>();
        app.UseAuthentication();
        app.UseMiddleware<SignInCheck>();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    public static void MapAccounts(this WebApplication app) => app.MapAccountEndpoints();

    /// <summary>What is asked of accounts, and which version of its tables Identity uses.</summary>
    public static void Configure(IdentityOptions options)
    {
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version2;
        // Length is what makes a password strong; rules about its characters make it forgettable: NIST SP 800-63B, section 3.1.1.2.
        options.Password.RequiredLength = 8;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Lockout.AllowedForNewUsers = true;
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        options.User.RequireUniqueEmail = true;
        // What an e-mail address may hold before its @ (RFC 5322, "atom"), in ASCII: two names that look alike, or are folded alike, would be two users.
        options.User.AllowedUserNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@.!#$%&'*+-/=?^_`{|}~";
    }
}
