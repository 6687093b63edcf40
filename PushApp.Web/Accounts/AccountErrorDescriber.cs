using Microsoft.AspNetCore.Identity;

namespace PushApp.Web.Accounts;

/// <summary>Says of a name what is true here: Identity's own text knows nothing of the characters that are allowed.</summary>
internal sealed class AccountErrorDescriber : IdentityErrorDescriber
{
    public override IdentityError InvalidUserName(string? userName) => new()
    {
        Code = nameof(InvalidUserName),
        Description = $"'{userName}' cannot be a name here: use an e-mail address of ASCII letters, digits and . ! # $ % & ' * + - / = ? ^ _ ` {{ | }} ~ around its @.",
    };
}
