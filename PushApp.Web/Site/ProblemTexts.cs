namespace PushApp.Web.Site;

/// <summary>Gives the problems that say nothing of their own the words that tell a person what to do.</summary>
internal static class ProblemTexts
{
    public static void Complete(ProblemDetailsContext context) => context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
    {
        StatusCodes.Status401Unauthorized => "Sign in first: POST /api/account/login, with ?useCookies=true for a cookie, else for a bearer token. A sign-in that has ended counts no more.",
        StatusCodes.Status403Forbidden => "You may not do this. Sign in as somebody who may, or ask whoever runs this site.",
        StatusCodes.Status404NotFound => "There is no such resource, or it is not yours; /openapi/v1.json lists those that there are.",
        StatusCodes.Status405MethodNotAllowed => "This resource does not answer that method; the header Allow lists those it does.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than is taken here. Send less at a time.",
        StatusCodes.Status415UnsupportedMediaType => "The body's content type is not one that is read here. Send JSON with 'Content-Type: application/json', or what /openapi/v1.json says.",
        StatusCodes.Status500InternalServerError => "Something went wrong here, not with your request. Try again later; whoever runs this site finds it in the logs by the traceId.",
        _ => null,
    };
}
