using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace PushApp.Web.Accounts;

/// <summary>Says in words why a sign-in was refused: Identity's endpoints answer with the name of the outcome, which is kept as <c>code</c>.</summary>
internal sealed class SignInAnswers : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if ((result as INestedHttpResult)?.Result is ProblemHttpResult { ProblemDetails: { Status: StatusCodes.Status401Unauthorized, Detail: { } outcome } problem }
            && Explain(outcome) is { } text)
        {
            problem.Extensions["code"] = outcome;
            problem.Detail = text;
        }

        return result;
    }

    private static string? Explain(string outcome) =>
        outcome == SignInResult.Failed.ToString() ? "E-mail address or password is wrong. Try again, or register by POST /api/account/register."
        : outcome == SignInResult.LockedOut.ToString() ? "Too many attempts: this account is locked for a few minutes. Wait, then try again."
        : outcome == SignInResult.TwoFactorRequired.ToString() ? "This account asks for a second factor: send twoFactorCode or twoFactorRecoveryCode, too."
        : outcome == SignInResult.NotAllowed.ToString() ? "This account may not sign in yet: its e-mail address is not confirmed."
        : null;
}
