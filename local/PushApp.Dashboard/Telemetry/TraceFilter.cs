using System.Runtime.CompilerServices;
using PushApp.Dashboard.Otlp;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Telemetry;

/// <summary>Which traces a list shows. Remembers its verdicts: a trace that has not changed is not read again.</summary>
internal sealed class TraceFilter(string text, string resourceName, bool errorsOnly)
{
    // It keeps no trace: those that the store has dropped go, however long a page is open.
    private readonly ConditionalWeakTable<Trace, object> _verdicts = [];

    public bool Matches(Trace trace) => (bool)_verdicts.GetValue(trace, Judge);

    private object Judge(Trace trace) =>
        (!errorsOnly || trace.IsError)
        && trace.Resources.Any(r => r.Resource.IsCalled(resourceName))
        && (text.Length == 0 || Contains(trace.Id) || trace.Spans.Any(SpanContains));

    private bool SpanContains(SpanRecord span) =>
        Contains(span.Name) || Contains(span.SpanId) || Contains(span.Wire.Status?.Message)
        || span.Wire.Attributes.Any(a => Contains(a.Key) || Contains(Values.Text(a.Value)))
        || span.Wire.Events.Any(e => Contains(e.Name));

    private bool Contains(string? value) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
