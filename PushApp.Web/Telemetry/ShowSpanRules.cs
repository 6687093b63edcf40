using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using PushApp.Push;

namespace PushApp.Web.Telemetry;

/// <summary>
/// What a page may report: the spans <c>show {event}</c> that our own makes, below a span of the server. A signed-in user can still make up that they were shown something, and when; but not who they are,
/// nor spans of another kind or service, nor text of any length.
/// </summary>
internal static class ShowSpanRules
{
    private const int MaxEventName = 200;
    private const int MaxId = 64;
    private const int MaxUserAgent = 256;

    // Clocks of browsers are wrong by minutes, or by a time zone; a page that was asleep sends late.
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~.");

    /// <summary>Takes a span, or says what is wrong with it.</summary>
    public static bool TryTake(
        PageSpan span, string userName, string? userAgent, DateTimeOffset now, [NotNullWhen(true)] out ShowSpan? taken, [NotNullWhen(false)] out string? fault)
    {
        taken = null;
        if (span.TraceId.Length != 16 || IsZero(span.TraceId) || span.SpanId.Length != 8 || IsZero(span.SpanId))
        {
            fault = "A trace id has 16 bytes and a span id 8, and neither is zero.";
            return false;
        }

        if (span.ParentId.Length != 8 || IsZero(span.ParentId))
        {
            fault = "A page's span has a parent: the span id of the traceparent that came with the event.";
            return false;
        }

        if (Text(span, ShowAttributes.Event) is not { Length: > 0 and <= MaxEventName } eventName || eventName.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0
            || span.Name != $"{ShowAttributes.Operation} {eventName}")
        {
            fault = $"A page's span is named '{ShowAttributes.Operation} ' and the value of its attribute {ShowAttributes.Event}, which has 1 to {MaxEventName} characters.";
            return false;
        }

        if (!ChannelName.TryParse(Text(span, ShowAttributes.Channel), out var channel, out var error))
        {
            fault = $"{ShowAttributes.Channel}: {error}";
            return false;
        }

        if (channel.Prefix is "user" && channel != ChannelName.User(userName))
        {
            fault = $"{ShowAttributes.Channel}: '{channel}' is another user's, so that it cannot have been shown to you.";
            return false;
        }

        Position? position = null;
        if (Text(span, ShowAttributes.MessageId) is { } id)
        {
            if (!Position.TryParse(id, out var parsed))
            {
                fault = $"{ShowAttributes.MessageId} is the event's position in its channel, as 42-9f3c01ab, or left out.";
                return false;
            }

            position = parsed;
        }

        if (Text(span, ShowAttributes.Transport) is not ("sse" or "socketio") || Text(span, ShowAttributes.Outcome) is not (ShowAttributes.Shown or ShowAttributes.Hidden))
        {
            fault = $"{ShowAttributes.Transport} is 'sse' or 'socketio', {ShowAttributes.Outcome} '{ShowAttributes.Shown}' or '{ShowAttributes.Hidden}'.";
            return false;
        }

        if (!TryReadTime(span.Start, now, out var start) || !TryReadTime(span.End, now, out var end) || end < start)
        {
            fault = $"A page's span starts and ends, in this order, within {MaxAge.TotalHours:0} hours of now.";
            return false;
        }

        fault = null;
        taken = new ShowSpan
        {
            TraceId = ActivityTraceId.CreateFromBytes(span.TraceId.Span),
            SpanId = ActivitySpanId.CreateFromBytes(span.SpanId.Span),
            ParentId = ActivitySpanId.CreateFromBytes(span.ParentId.Span),
            Start = start,
            End = end,
            EventName = eventName,
            Channel = channel,
            Position = position,
            Transport = Text(span, ShowAttributes.Transport)!,
            ConnectionId = Id(span, ShowAttributes.ClientId),
            SessionId = Id(span, ShowAttributes.SessionId),
            IsShown = Text(span, ShowAttributes.Outcome) == ShowAttributes.Shown,
            UserName = userName,
            UserAgent = string.IsNullOrEmpty(userAgent) ? null : userAgent[..Math.Min(userAgent.Length, MaxUserAgent)],
        };
        return true;
    }

    private static string? Text(PageSpan span, string key) => span.Texts.GetValueOrDefault(key);

    // Left out where it is none: nothing rests on it.
    private static string? Id(PageSpan span, string key) =>
        Text(span, key) is { Length: > 0 and <= MaxId } id && !id.AsSpan().ContainsAnyExcept(IdCharacters) ? id : null;

    private static bool TryReadTime(ulong nanoseconds, DateTimeOffset now, out DateTimeOffset time)
    {
        // A tick is 100 ns.
        var ticks = nanoseconds / 100;
        time = ticks <= (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks ? DateTimeOffset.UnixEpoch.AddTicks((long)ticks) : DateTimeOffset.MaxValue;
        return (time - now).Duration() <= MaxAge;
    }

    private static bool IsZero(ReadOnlyMemory<byte> id) => !id.Span.ContainsAnyExcept((byte)0);
}
