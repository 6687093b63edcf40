namespace PushApp.Push.Inspection;

/// <summary>Parts of a W3C trace context (https://www.w3.org/TR/trace-context/#traceparent-header).</summary>
internal static class TraceIds
{
    /// <summary>The trace of a context; null where that is none.</summary>
    public static string? Of(string? traceParent) => traceParent is { Length: 55 } text ? text.Substring(3, 32) : null;

    /// <summary>The span of a context; null where that is none.</summary>
    public static string? SpanOf(string? traceParent) => traceParent is { Length: 55 } text ? text.Substring(36, 16) : null;
}
