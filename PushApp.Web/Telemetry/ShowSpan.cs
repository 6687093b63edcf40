using System.Diagnostics;
using PushApp.Push;

namespace PushApp.Web.Telemetry;

/// <summary>The span <c>show</c> of a browser, checked: what is forwarded is made from this, and nothing else of what the page sent.</summary>
internal sealed record ShowSpan
{
    public required ActivityTraceId TraceId { get; init; }

    public required ActivitySpanId SpanId { get; init; }

    public required ActivitySpanId ParentId { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public required string EventName { get; init; }

    public required ChannelName Channel { get; init; }

    public required Position? Position { get; init; }

    public required string Transport { get; init; }

    public required string? ConnectionId { get; init; }

    /// <summary>One loading of the page.</summary>
    public required string? SessionId { get; init; }

    /// <summary>Whether it was painted; false where the page was hidden until it was left or the event was old.</summary>
    public required bool IsShown { get; init; }

    /// <summary>The signed-in user who sent it.</summary>
    public required string UserName { get; init; }

    /// <summary>The browser, as the request that brought it says.</summary>
    public required string? UserAgent { get; init; }
}
