using System.Diagnostics;
using PushApp.Push;

namespace PushApp.Web.Telemetry;

/// <summary>
/// One event that a browser has shown, as the browser itself reports it by its span <c>show</c>: times by its clock, and nothing here to be trusted further than one trusts the user. Only the user's name
/// is known for certain: it is the sign-in's that reported.
/// </summary>
/// <param name="UserName">Who it was shown to.</param>
/// <param name="Channel">The channel that it came by.</param>
/// <param name="EventName">The event's name; at most 200 characters.</param>
/// <param name="Position">Its place in the channel's log; null for an ephemeral event, which has none.</param>
/// <param name="Transport">What carried it: <c>sse</c> or <c>socketio</c>.</param>
/// <param name="ConnectionId">The connection that brought it, where the page knows it (with Socket.IO the socket's id); null otherwise.</param>
/// <param name="TraceId">The trace of the publish.</param>
/// <param name="DeliverId">The span below which it was shown: <c>deliver</c> on the node that wrote it, or the publisher's where it was read from the log.</param>
/// <param name="ReceivedAt">When it reached the page.</param>
/// <param name="ShownAt">When the page had painted what it changed.</param>
/// <param name="ReportedAt">When this node heard of it, by the node's clock: no earlier than the event was shown.</param>
internal sealed record ShownEvent(
    string UserName,
    ChannelName Channel,
    string EventName,
    Position? Position,
    string Transport,
    string? ConnectionId,
    ActivityTraceId TraceId,
    ActivitySpanId DeliverId,
    DateTimeOffset ReceivedAt,
    DateTimeOffset ShownAt,
    DateTimeOffset ReportedAt);
