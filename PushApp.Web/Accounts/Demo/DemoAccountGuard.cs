namespace PushApp.Web.Accounts;

/// <summary>Refuses what would lock other visitors out of the demo account: new credentials, by Identity's <c>manage</c> endpoints.</summary>
internal sealed class DemoAccountGuard : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return !HttpMethods.IsGet(http.Request.Method)
            && http.Request.Path.StartsWithSegments("/api/account/manage", StringComparison.OrdinalIgnoreCase)
            && IsDemo(http.User.Identity?.Name)
            ? TypedResults.Problem("The demo account belongs to every visitor: its password, e-mail address and two-factor sign-in stay as they are. Register an account of your own.", statusCode: StatusCodes.Status403Forbidden)
            : await next(context);
    }

    private static bool IsDemo(string? name) => string.Equals(name, DemoAccount.Email, StringComparison.OrdinalIgnoreCase);
}
