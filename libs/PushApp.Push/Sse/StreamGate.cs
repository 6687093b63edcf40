using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Hub;

namespace PushApp.Push.Sse;

/// <summary>Who may open one more stream, of channels or of an application's own.</summary>
internal sealed partial class StreamGate(
    StreamLimiter limiter, PushPrincipalAccessor principals, IOptions<PushOptions> options, IHostApplicationLifetime lifetime, ILogger<StreamGate> logger)
{
    private readonly TimeSpan _retry = options.Value.Streams.Retry;

    /// <summary>Who asks; or the answer for one who gets no stream whatever it is of.</summary>
    public async ValueTask<(PushPrincipal? Principal, IResult? Refusal)> IdentifyAsync(HttpContext context)
    {
        if (!SseResponse.IsAcceptable(context.Request))
        {
            return (null, StreamProblems.NotAcceptable);
        }

        if (LastEventId(context.Request) == Cursor.Stop)
        {
            // https://html.spec.whatwg.org/multipage/server-sent-events.html#server-sent-events-intro: 204 stops a client from reconnecting.
            return (null, Results.NoContent());
        }

        return await principals.GetAsync(context).ConfigureAwait(false) is { } principal ? (principal, null) : (null, StreamProblems.InvalidCredentials(context));
    }

    /// <summary>Takes a place among the open streams, to be given back by <see cref="Leave"/>; or says why there is none.</summary>
    public IResult? Enter(HttpContext context, PushPrincipal principal, out StreamLease lease)
    {
        lease = default;
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return StreamProblems.Stopping(context, _retry);
        }

        if (limiter.TryAcquire(principal, context.Connection.RemoteIpAddress, out lease, out var limit))
        {
            return null;
        }

        LimitReached(logger, limit, principal.UserName, context.Connection.RemoteIpAddress?.ToString());
        return StreamProblems.TooMany(context, limit!, _retry);
    }

    public void Leave(StreamLease lease) => limiter.Release(lease);

    /// <summary>A reconnecting browser sends the header; a page that opens a new EventSource can only put it into the URL.</summary>
    public static string? LastEventId(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ Length: > 0 } header, ..] ? header
        : request.Query["lastEventId"] is [{ Length: > 0 } query, ..] ? query
        : null;

    [LoggerMessage(41, LogLevel.Warning, "The most streams of {Limit} are open; refused one more to {UserName} at {Address}.")]
    private static partial void LimitReached(ILogger logger, string? limit, string? userName, string? address);
}
