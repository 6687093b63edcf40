using System.Diagnostics;
using System.Globalization;

namespace PushApp.Push.Telemetry;

/// <summary>The W3C trace context (https://www.w3.org/TR/trace-context/#traceparent-header) that an event carries.</summary>
internal static class TraceContext
{
    // version "-" trace-id "-" parent-id "-" flags: 2 + 32 + 16 + 2 hexadecimal digits.
    private const int Length = 55;

    /// <summary>Whether its sampled flag is set (https://www.w3.org/TR/trace-context/#sampled-flag).</summary>
    public static bool IsSampled(string? traceParent) =>
        traceParent is { Length: >= Length } && byte.TryParse(traceParent.AsSpan(Length - 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags) && (flags & 1) == 1;

    /// <summary>The same context with no flag set.</summary>
    public static string? WithoutSampling(string? traceParent) => traceParent is { Length: >= Length } ? $"{traceParent.AsSpan(0, Length - 2)}00" : traceParent;

    public static string? Current() => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;
}
