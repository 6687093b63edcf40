using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace PushApp.Push.Api;

/// <summary>Finds the channel's name in a request's URL as it was sent.</summary>
/// <remarks>
/// The route value will not do: the server decodes the path once, all but <c>%2F</c>, so <c>user:a%3Ab</c> (one user, <c>a:b</c>) and <c>user:a:b</c> (no channel)
/// are one to it, and a name is decoded twice or half. What counts is therefore the segment of the request line, as long as it is the one that was routed on.
/// </remarks>
internal static class ChannelInUrl
{
    public static string? Find(HttpContext context)
    {
        var routed = context.GetRouteValue("channel") as string;
        if (routed is null || context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { Length: > 0 } target)
        {
            return routed;
        }

        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        foreach (var segment in path.Split('/'))
        {
            if (IsSame(segment, routed))
            {
                return segment;
            }
        }

        // The path was rewritten on its way here: there is nothing but the routed value.
        return routed;
    }

    /// <summary>
    /// Whether a segment as sent is the routed one. Two segments that decode to the same text may both be it (<c>/a%3Ab/…/a:b</c>); to authorise and to act is
    /// done with the one found first, so that nothing is gained by it.
    /// </summary>
    private static bool IsSame(string segment, string routed) =>
        string.Equals(WithSlashes(Uri.UnescapeDataString(segment)), WithSlashes(routed), StringComparison.Ordinal);

    /// <summary>The server leaves an encoded slash as it is, which nothing else does.</summary>
    private static string WithSlashes(string text) => text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
