using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PushApp.Push.Sse;

/// <summary>The answers to requests that get no stream, as problem details (https://www.rfc-editor.org/rfc/rfc9457).</summary>
internal static class StreamProblems
{
    public static IResult NotAcceptable => Problem(
        StatusCodes.Status406NotAcceptable, "This is an event stream", $"Ask for it with 'Accept: {SseResponse.ContentType}', or without the header.");

    public static IResult InvalidCredentials(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return Problem(
            StatusCodes.Status401Unauthorized,
            "The key or sign-in is not valid",
            "The API key, token or cookie that was sent is unknown, or has ended. Sign in again or send a current key; or send none of them to read as a visitor.");
    }

    public static IResult MethodNotAllowed(HttpContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD";
        return Problem(StatusCodes.Status405MethodNotAllowed, "This is an event stream", "Read it by GET.");
    }

    public static IResult BadChannels(string error) => Problem(StatusCodes.Status400BadRequest, "These channels cannot be streamed", error);

    public static IResult Refused(PushPrincipal principal, ChannelName channel) => principal.IsAuthenticated
        ? Problem(StatusCodes.Status403Forbidden, "Not permitted", $"You may not read channel '{channel}'. Leave it out, or ask whoever runs this site for access.")
        : Problem(StatusCodes.Status401Unauthorized, "Sign in first", $"Channel '{channel}' is not open to visitors. Sign in, or leave it out.");

    public static IResult TooMany(HttpContext context, string limit, TimeSpan retry)
    {
        RetryAfter(context, retry);
        return Problem(
            StatusCodes.Status429TooManyRequests, "Too many open streams", $"The most streams of {limit} are open already. Close one, or share one stream among your pages.");
    }

    public static IResult Stopping(HttpContext context, TimeSpan retry)
    {
        RetryAfter(context, retry);
        return Problem(StatusCodes.Status503ServiceUnavailable, "This node is stopping", "Come back; another one answers.");
    }

    public static IResult Unknown(HttpContext context, TimeSpan retry)
    {
        RetryAfter(context, retry);
        return Problem(StatusCodes.Status503ServiceUnavailable, "Permissions cannot be checked just now", "Try again in a moment.");
    }

    // Up to twice the delay at random, so that clients do not come back in step; whole seconds (https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3).
    private static void RetryAfter(HttpContext context, TimeSpan retry) =>
        context.Response.Headers.RetryAfter = Math.Ceiling(retry.TotalSeconds * (1 + Random.Shared.NextDouble())).ToString(CultureInfo.InvariantCulture);

    private static IResult Problem(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
