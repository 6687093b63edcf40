using Microsoft.AspNetCore.Identity;

namespace PushApp.Web.Accounts;

/// <summary>An account. Its user name is its e-mail address, and names its channel.</summary>
internal sealed class AccountUser : IdentityUser;
