using PushApp.Push;

namespace PushApp.Web.Accounts;

/// <summary>Tells the hub which of its streams rest on a sign-in that has ended.</summary>
internal sealed class SignInValidator(SignInStore signIns) : ISignInValidator
{
    public async ValueTask<IReadOnlyCollection<string>> FindEndedAsync(IReadOnlyCollection<string> signInIds, CancellationToken cancellationToken)
    {
        var holding = await signIns.FindHoldingAsync(signInIds, cancellationToken);
        return [.. signInIds.Where(id => !holding.Contains(id))];
    }
}
