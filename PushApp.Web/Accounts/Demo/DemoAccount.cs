using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace PushApp.Web.Accounts;

/// <summary>The ready account of the <c>Demo</c> switch (configuration key <c>Demo</c>; on in Development). Its password is public, so it never exists without the switch being on.</summary>
internal sealed class DemoAccount(IServiceScopeFactory scopes, IConfiguration configuration, IHostEnvironment environment)
{
    public const string Email = "demo@pushapp.example";
    public const string Password = "try-pushapp";

    /// <summary>Whether the demo is offered.</summary>
    public bool IsOffered { get; } = configuration.GetValue<bool?>("Demo") ?? environment.IsDevelopment();

    /// <summary>Creates the account where it is offered and missing, and restores it where it was changed. Safe with several nodes starting at once.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AccountUser>>();
        var existing = await users.FindByEmailAsync(Email);
        if (!IsOffered)
        {
            // A database that comes from a demo must not open the door here.
            if (existing is not null)
            {
                await users.DeleteAsync(existing);
            }

            return;
        }

        if (existing is not null)
        {
            await RestoreAsync(users, existing);
        }
        else
        {
            try
            {
                var user = new AccountUser { UserName = Email, Email = Email };
                if ((await users.CreateAsync(user, Password)).Succeeded)
                {
                    await RestoreAsync(users, user);
                }
            }
            catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
            {
                // Another node was faster between our look and our insert; what is wanted is there. Anything else shows here again:
                if (await users.FindByEmailAsync(Email) is null)
                {
                    throw;
                }
            }
        }
    }

    // Writes only what differs, so that a restart ends nobody's sign-in without need. Another node that starts may do the same: a result that says so needs no answer.
    private static async Task RestoreAsync(UserManager<AccountUser> users, AccountUser user)
    {
        if (user.UserName != Email)
        {
            await users.SetUserNameAsync(user, Email);
        }

        if (user.TwoFactorEnabled)
        {
            await users.SetTwoFactorEnabledAsync(user, enabled: false);
            await users.ResetAuthenticatorKeyAsync(user);
        }

        // As it is for new users. Not to be locked: any visitor could do it with five wrong passwords.
        if (user.LockoutEnabled)
        {
            await users.SetLockoutEndDateAsync(user, null);
            await users.SetLockoutEnabledAsync(user, enabled: false);
        }

        if (!await users.CheckPasswordAsync(user, Password))
        {
            await users.RemovePasswordAsync(user);
            await users.AddPasswordAsync(user, Password);
        }
    }
}
