using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace PushApp.Web.Accounts;

/// <summary>Tells every node when an account changes in a way that may end its streams: a lockout, other credentials, its deletion.</summary>
internal sealed class AccountUserManager(
    IUserStore<AccountUser> store,
    IOptions<IdentityOptions> optionsAccessor,
    IPasswordHasher<AccountUser> passwordHasher,
    IEnumerable<IUserValidator<AccountUser>> userValidators,
    IEnumerable<IPasswordValidator<AccountUser>> passwordValidators,
    ILookupNormalizer keyNormalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<UserManager<AccountUser>> logger,
    AccessChanges changes)
    : UserManager<AccountUser>(store, optionsAccessor, passwordHasher, userValidators, passwordValidators, keyNormalizer, errors, services, logger)
{
    protected override async Task<IdentityResult> UpdateUserAsync(AccountUser user)
    {
        var result = await base.UpdateUserAsync(user);
        await AnnounceAsync(user, result);
        return result;
    }

    public override async Task<IdentityResult> DeleteAsync(AccountUser user)
    {
        var result = await base.DeleteAsync(user);
        await AnnounceAsync(user, result);
        return result;
    }

    private async Task AnnounceAsync(AccountUser user, IdentityResult result)
    {
        if (result.Succeeded && user.UserName is { } userName)
        {
            await changes.AnnounceAsync(userName, CancellationToken);
        }
    }
}
