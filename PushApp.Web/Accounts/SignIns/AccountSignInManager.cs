using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using PushApp.Push;

namespace PushApp.Web.Accounts;

/// <summary>Records every sign-in, and carries its id in the principal, from cookie to renewed cookie and from token to refreshed token.</summary>
internal sealed class AccountSignInManager(
    UserManager<AccountUser> userManager,
    IHttpContextAccessor contextAccessor,
    IUserClaimsPrincipalFactory<AccountUser> claimsFactory,
    IOptions<IdentityOptions> optionsAccessor,
    ILogger<SignInManager<AccountUser>> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<AccountUser> confirmation,
    SignInStore signIns)
    : SignInManager<AccountUser>(userManager, contextAccessor, claimsFactory, optionsAccessor, logger, schemes, confirmation)
{
    // Set while one request renews what an earlier sign-in gave out.
    private string? _renewed;

    public override async Task SignInWithClaimsAsync(AccountUser user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        // The request may have come with another user's cookie, which was renewed on its way in.
        _renewed = null;
        var id = await signIns.StartAsync(user, Context.RequestAborted);
        await base.SignInWithClaimsAsync(user, authenticationProperties, [.. additionalClaims, new Claim(PushClaims.SignInId, id)]);
    }

    // Both the refresh of a bearer token and the periodic renewal of a cookie come through here and then make a new principal.
    public override async Task<AccountUser?> ValidateSecurityStampAsync(ClaimsPrincipal? principal)
    {
        if (principal?.FindFirstValue(PushClaims.SignInId) is not { } id
            || await base.ValidateSecurityStampAsync(principal) is not { } user
            || !await signIns.HoldsAsync(id, Context.RequestAborted))
        {
            return null;
        }

        _renewed = id;
        return user;
    }

    public override async Task<ClaimsPrincipal> CreateUserPrincipalAsync(AccountUser user)
    {
        var principal = await base.CreateUserPrincipalAsync(user);
        if (_renewed is { } id)
        {
            principal.Identities.First().AddClaim(new Claim(PushClaims.SignInId, id));
        }

        return principal;
    }
}
