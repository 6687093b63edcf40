using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace PushApp.Push.Api;

/// <summary><c>GET /{channel}/presence?page=&amp;pageSize=</c></summary>
internal static class PresenceEndpoint
{
    private const int DefaultPageSize = 100;
    private const int MaxPageSize = 1000;

    /// <param name="context">The request.</param>
    /// <param name="page">Counted from 1. A string, so that nonsense gets a message.</param>
    /// <param name="pageSize">1 to 1,000 members, 100 if not given.</param>
    /// <param name="gate">Who and which channel.</param>
    /// <param name="presence">Who is where.</param>
    public static async Task<IResult> HandleAsync(
        HttpContext context,
        [FromQuery] string? page,
        [FromQuery] string? pageSize,
        [FromServices] RequestGate gate,
        [FromServices] IPresence presence)
    {
        var (channel, principal, refusal) = await gate.EnterAsync(context);
        if (refusal is not null)
        {
            return refusal;
        }

        if (await gate.RefuseUnlessAllowedAsync(context, principal, channel, ChannelAccess.Presence) is { } denied)
        {
            return denied;
        }

        if (!TryRead(page, 1, int.MaxValue, out var number))
        {
            return ApiProblems.BadRequest("'page' is a whole number from 1; without it the first page is returned.");
        }

        if (!TryRead(pageSize, DefaultPageSize, MaxPageSize, out var size))
        {
            return ApiProblems.BadRequest($"'pageSize' is a whole number from 1 to {MaxPageSize}; without it a page has {DefaultPageSize} members.");
        }

        var members = await presence.ListAsync(channel, context.RequestAborted);
        var skipped = Math.Min((long)(number - 1) * size, members.Count);
        return ApiJson.Result(new PresenceResponse(
            [.. members.Skip((int)skipped).Take(size).Select(member => new PresenceResponseItem(
                member.UserName, member.State == PresenceState.Online ? "online" : "away", member.Since.UtcDateTime))],
            members.Count));
    }

    private static bool TryRead(string? text, int byDefault, int most, out int value)
    {
        value = byDefault;
        return string.IsNullOrEmpty(text)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= most);
    }
}
