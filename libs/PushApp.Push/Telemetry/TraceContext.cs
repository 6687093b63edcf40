using System.Diagnostics;

namespace PushApp.Push.Telemetry;

/// <summary>The W3C trace context (https://www.w3.org/TR/trace-context/#traceparent-header) that an event carries.</summary>
internal static class TraceContext
{
    public static string? Current() => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;
}
