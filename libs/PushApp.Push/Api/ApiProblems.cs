using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PushApp.Push.Api;

/// <summary>Every error of the API, as problem details (RFC 9457) whose <c>detail</c> tells what to do.</summary>
internal static partial class ApiProblems
{
    public static IResult BadRequest(string detail) => Problem(StatusCodes.Status400BadRequest, "The request cannot be understood", detail);

    public static IResult Unauthorized(HttpContext context, bool invalid)
    {
        // Asked for by https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2.
        context.Response.Headers.WWWAuthenticate = invalid ? "Bearer error=\"invalid_token\"" : "Bearer";
        return invalid
            ? Problem(StatusCodes.Status401Unauthorized, "The key or sign-in is not valid",
                $"The API key, token or cookie that was sent is unknown, revoked or has ended. Sign in again, or send a current key in the header {PushPrincipalAccessor.ApiKeyHeader} or as Authorization: Bearer, once.")
            : Problem(StatusCodes.Status401Unauthorized, "Sign in first",
                $"Sign in, or send an API key in the header {PushPrincipalAccessor.ApiKeyHeader}.");
    }

    public static IResult Forbidden(string detail) => Problem(StatusCodes.Status403Forbidden, "That is not permitted", detail);

    public static IResult TooLarge(string detail) => Problem(StatusCodes.Status413PayloadTooLarge, "The event is too large", detail);

    public static IResult UnsupportedMediaType(string detail) => Problem(StatusCodes.Status415UnsupportedMediaType, "The body is not JSON", detail);

    public static IResult TooMany(HttpContext context, TimeSpan retryAfter, PublishLimitOptions limits)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problem(StatusCodes.Status429TooManyRequests, "Too many events",
            string.Create(CultureInfo.InvariantCulture, $"At most {limits.PerSecond} events a second, {limits.Burst} in a burst, may be published by one user or API key. Wait {seconds} s and repeat the request."));
    }

    /// <summary>Turns the failures that a request may meet through no fault of this code into answers; anything else is a fault and goes on as one.</summary>
    public static async ValueTask<object?> ForExpectedFailuresAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        try
        {
            return await next(invocation);
        }
        catch (IdempotencyConflictException exception)
        {
            return Problem(StatusCodes.Status422UnprocessableEntity, "The idempotency key was used for another event", exception.Message);
        }
        catch (BrokerUnavailableException exception)
        {
            Log.BrokerUnavailable(Logger(context), exception.Message);
            return Unavailable(context, "The broker does not answer",
                "Whether the request took effect is unknown. Repeat it later; publish with an Idempotency-Key, so that repeating never doubles the event.");
        }
        catch (PermissionUnknownException exception)
        {
            Log.PermissionUnknown(Logger(context), exception.InnerException!);
            return Unavailable(context, "The permission cannot be checked now", "Nothing was done. Repeat the request later.");
        }
        catch (BadHttpRequestException exception)
        {
            // The server's own refusal of a body: too slow, broken off, larger than the server takes.
            return Problem(exception.StatusCode, "The request cannot be read", exception.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => "The body came too slowly. Send the request again, over a faster connection.",
                StatusCodes.Status413PayloadTooLarge => "The body is larger than this server takes. Send a smaller event.",
                _ => "The body broke off, or is not framed as HTTP says. Send the request again.",
            });
        }
    }

    private static IResult Unavailable(HttpContext context, string title, string detail)
    {
        // Spread, so that those who were refused together do not come back together.
        context.Response.Headers.RetryAfter = RandomNumberGenerator.GetInt32(1, 6).ToString(CultureInfo.InvariantCulture);
        return Problem(StatusCodes.Status503ServiceUnavailable, title, detail);
    }

    private static IResult Problem(int status, string title, string detail) => Results.Problem(detail: detail, statusCode: status, title: title);

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("PushApp.Push.Api");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A request was answered with 503: {Reason}", EventName = "ApiBrokerUnavailable")]
        public static partial void BrokerUnavailable(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Error, "A request was answered with 503: its permission could not be checked", EventName = "ApiPermissionUnknown")]
        public static partial void PermissionUnknown(ILogger logger, Exception exception);
    }
}
