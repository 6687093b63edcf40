using Microsoft.AspNetCore.Identity;
using PushApp.Web.Contacts;

namespace PushApp.Web.Accounts;

/// <summary>Finds accounts by the name that others share with.</summary>
internal sealed class UserDirectory(UserManager<AccountUser> users) : IUserDirectory
{
    public async Task<(string Id, string UserName)?> FindByNameAsync(string userName, CancellationToken cancellationToken) =>
        await users.FindByNameAsync(userName) is { UserName: { } name } user ? (user.Id, name) : null;
}
