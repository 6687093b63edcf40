using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace PushApp.Push.Api;

/// <summary><c>POST /{channel}/events</c></summary>
internal static class PublishEndpoint
{
    public static async Task<IResult> HandleAsync(
        HttpContext context,
        [FromServices] RequestGate gate,
        [FromServices] PublishRateLimiter limiter,
        [FromServices] EventNamePolicy names,
        [FromServices] IPushPublisher publisher,
        [FromServices] IOptions<PushOptions> options)
    {
        var (channel, principal, refusal) = await gate.EnterAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        // Also where an authorizer would let a visitor publish: limits and idempotency keys need somebody to belong to.
        if (!principal.IsAuthenticated)
        {
            return ApiProblems.Unauthorized(context, invalid: false);
        }

        var who = principal.ApiKey is { } apiKey ? $"key:{apiKey.KeyId}" : $"user:{UserNameCase.Fold(principal.UserName!)}";
        if (!limiter.TryAcquire(who, out var retryAfter))
        {
            return ApiProblems.TooMany(context, retryAfter, options.Value.PublishLimits);
        }

        if (await gate.RefuseUnlessAllowedAsync(context, principal, channel, ChannelAccess.Publish) is { } denied)
        {
            return denied;
        }

        if (!HasUtf8Json(context.Request))
        {
            return ApiProblems.UnsupportedMediaType("Send the event as JSON in UTF-8, with the header Content-Type: application/json.");
        }

        if (!IdempotencyKeyHeader.TryRead(context.Request, out var key, out var error))
        {
            return ApiProblems.BadRequest(error);
        }

        var maxBytes = options.Value.MaxEventBytes;
        if (await BoundedBody.ReadAsync(context.Request, MaxBodyBytes(maxBytes), context.RequestAborted) is not { } body)
        {
            return TooLarge(maxBytes);
        }

        if (!PublishRequestReader.TryRead(body, out var request, out error))
        {
            return ApiProblems.BadRequest(error);
        }

        if (Encoding.UTF8.GetByteCount(request.Data) > maxBytes)
        {
            return TooLarge(maxBytes);
        }

        if (names.FindObjection(principal, request.Event) is { } objection)
        {
            return ApiProblems.Forbidden(objection);
        }

        var publishOptions = new PublishOptions
        {
            History = request.History,
            IdempotencyKey = key,
            Publisher = who,
            TimeToLive = request.TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

        try
        {
            EventData data = request.Data;
            var result = await publisher.PublishAsync(channel, request.Event, data, publishOptions, context.RequestAborted);
            return ApiJson.Result(
                new PublishResponse(result.Position?.ToString(), result.Time.UtcDateTime, result.Duplicate), StatusCodes.Status202Accepted);
        }
        catch (ArgumentException exception)
        {
            // The publisher checks the bounds; everything it is given here came from the request.
            return ApiProblems.BadRequest(WithoutParameter(exception));
        }
    }

    /// <summary>
    /// The largest body that may hold an event of the largest size: JSON may write one byte of text in six (<c>\u0001</c>), and the other properties are small.
    /// </summary>
    private static int MaxBodyBytes(int maxEventBytes) => (int)Math.Min(Array.MaxLength, (6L * maxEventBytes) + 4096);

    private static IResult TooLarge(int maxBytes) => ApiProblems.TooLarge(
        string.Create(CultureInfo.InvariantCulture, $"An event's data has at most {maxBytes} bytes of UTF-8. Send less, such as a link to the rest, or set Push:MaxEventBytes."));

    private static bool HasUtf8Json(HttpRequest request) =>
        request.HasJsonContentType()
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));

    /// <summary>An <see cref="ArgumentException"/>'s message names a parameter of a C# method at its end, which says nothing to a client.</summary>
    private static string WithoutParameter(ArgumentException exception)
    {
        var at = exception.Message.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return at < 0 ? exception.Message : exception.Message[..at];
    }
}
