using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace PushApp.Push.Api;

/// <summary>Finds the channel's name in a request's URL as it was sent.</summary>
/// <remarks>
/// <para>The route value will not do: the server decodes the path once, all but <c>%2F</c>, so <c>user:a%3Ab</c> (one user, <c>a:b</c>) and <c>user:a:b</c> (no channel)
/// are one to it. What counts is the segment of the request line, as long as it is the one that was routed on.</para>
/// <para>Two kinds of clients are served: who writes a channel's name into the URL as it is (<c>user:j%C3%BCrgen</c>, <c>user:a%3Ab</c>), and who encodes it as a
/// whole, as <c>encodeURIComponent</c> does (<c>user%3Aj%25C3%25BCrgen</c>). A colon as such tells them apart; without one the segment is decoded first.</para>
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
                return segment.Contains(':') ? segment : Uri.UnescapeDataString(segment);
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
