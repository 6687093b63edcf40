using Microsoft.AspNetCore.Identity;
using PushApp.Push;

namespace PushApp.Web.Accounts;

/// <summary>Refuses names too long for the channels they are part of: <c>user:{name}</c>, and <c>dm:{name}:{name}</c> with any other.</summary>
internal sealed class AccountNameValidator : IUserValidator<AccountUser>
{
    public Task<IdentityResult> ValidateAsync(UserManager<AccountUser> manager, AccountUser user)
    {
        // An empty name, or characters that are not allowed, are the other validators' to tell. A raw '%' would be read as the beginning of an escape.
        var name = user.UserName?.Replace("%", "%25", StringComparison.Ordinal);
        return Task.FromResult(string.IsNullOrEmpty(name) || ChannelName.TryParse($"dm:{name}:{name}", out _)
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError
            {
                Code = "UserNameTooLong",
                Description = $"The e-mail address is too long: at most {(ChannelName.MaxLength - 4) / 2} characters, of which others than letters, digits and . _ - ~ @ + ! count three times. Use a shorter one.",
            }));
    }
}
