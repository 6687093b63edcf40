using Microsoft.AspNetCore.Http;
using PushApp.Push.Sse;

namespace PushApp.Push;

/// <summary>Results of an application's own endpoints.</summary>
public static class PushResults
{
    /// <summary>
    /// Streams any source of events as Server-Sent Events, beside channels: flushed one by one, with heartbeat comments while it is silent, ended when the client
    /// goes away (the enumeration is cancelled), the node stops, or the sign-in or API key that it was opened with ends. Counted against <c>Push:Streams</c>' limits like
    /// a stream of channels. The source sees <c>Last-Event-ID</c> on the request, if it can resume.
    /// </summary>
    public static IResult ServerSentEvents(IAsyncEnumerable<ServerSentEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new ServerSentEventsResult(events);
    }
}
