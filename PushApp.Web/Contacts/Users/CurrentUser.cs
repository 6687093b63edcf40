using System.Security.Claims;
using PushApp.Contacts;
using PushApp.Push;

namespace PushApp.Web.Contacts;

/// <summary>Reads a request's principal as contacts know users.</summary>
internal static class CurrentUser
{
    /// <summary>The user. Trusts the principal: the endpoints that ask require authorisation.</summary>
    public static ContactsUser ToContactsUser(this ClaimsPrincipal principal)
    {
        var id = principal.FindFirstValue(ClaimTypes.NameIdentifier);
        var name = principal.Identity?.Name;
        return id is null || name is null
            ? throw new InvalidOperationException("The request is authorised, but its principal has no NameIdentifier or Name claim.")
            : Create(id, name);
    }

    public static ContactsUser Create(string id, string userName) => new(id, userName, ChannelName.User(userName).Value);
}
