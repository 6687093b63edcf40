using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace PushApp.Push.Api;

/// <summary><c>GET /{channel}/history?after=&amp;limit=</c></summary>
internal static class HistoryEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <param name="context">The request.</param>
    /// <param name="after">A position; only what came after it. Without: the newest events.</param>
    /// <param name="limit">1 to 1,000 events, 100 if not given. A string, so that nonsense gets a message.</param>
    /// <param name="gate">Who and which channel.</param>
    /// <param name="history">The logs.</param>
    public static async Task<IResult> HandleAsync(
        HttpContext context,
        [FromQuery] string? after,
        [FromQuery] string? limit,
        [FromServices] RequestGate gate,
        [FromServices] IChannelHistory history)
    {
        var (channel, principal, refusal) = await gate.EnterAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        if (await gate.RefuseUnlessAllowedAsync(context, principal, channel, ChannelAccess.Subscribe) is { } denied)
        {
            return denied;
        }

        Position? position = null;
        if (!string.IsNullOrEmpty(after))
        {
            if (!Position.TryParse(after, out var given))
            {
                return ApiProblems.BadRequest(
                    "'after' is no position. Give the 'position' of an event or the 'head' of an earlier answer, such as 42-9f3c01ab, or leave it out to read the newest events.");
            }

            position = given;
        }

        var count = DefaultLimit;
        if (!string.IsNullOrEmpty(limit)
            && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= MaxLimit))
        {
            return ApiProblems.BadRequest($"'limit' is a whole number from 1 to {MaxLimit}; without it up to {DefaultLimit} events are returned.");
        }

        var page = await history.ReadAsync(channel, position, count, context.RequestAborted);
        return ApiJson.Result(new HistoryResponse(
            page.Head.ToString(),
            page.Recovered,
            [.. page.Events.Select(entry => new HistoryResponseEvent(entry.Position.ToString(), entry.Event, entry.Data, entry.Time.UtcDateTime))]));
    }
}
