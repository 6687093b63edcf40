using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace PushApp.Push.Sse;

/// <summary>The head of an event stream, and whether a client takes one.</summary>
internal static class SseResponse
{
    public const string ContentType = "text/event-stream";

    /// <summary>Whether <c>Accept</c> allows an event stream; without the header everything is (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1).</summary>
    public static bool IsAcceptable(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
        {
            return true;
        }

        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var ranges))
        {
            return false;
        }

        // The most specific range decides, so that "text/event-stream;q=0, */*" is a no.
        var best = ranges
            .Where(range => range.MatchesAllTypes || range.MatchesAllSubTypes && range.Type.Equals("text", StringComparison.OrdinalIgnoreCase)
                || range.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
            .MaxBy(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2);
        return best is not null && best.Quality is null or > 0;
    }

    /// <summary>Headers that keep what lies between from buffering, caching, transforming or compressing the stream; and no minimum rate, since streams are quiet.</summary>
    public static void Prepare(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.ContentType = ContentType;
        headers.CacheControl = "no-cache, no-store, no-transform";
        headers["X-Accel-Buffering"] = "no";

        // Middleware that compresses leaves alone what has an encoding already.
        headers.ContentEncoding = "identity";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = null;
    }
}
