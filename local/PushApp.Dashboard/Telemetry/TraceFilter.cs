using PushApp.Dashboard.Otlp;
using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Telemetry;

/// <summary>Which traces a list shows. Remembers its verdicts: a trace that has not changed is not read again.</summary>
internal sealed class TraceFilter(string text, string resourceName, bool errorsOnly)
{
    private readonly Dictionary<string, (Trace Trace, bool Matches)> _verdicts = [];

    public bool Matches(Trace trace)
    {
        if (_verdicts.TryGetValue(trace.Id, out var verdict) && ReferenceEquals(verdict.Trace, trace))
        {
            return verdict.Matches;
        }

        var matches = (!errorsOnly || trace.IsError)
            && trace.Resources.Any(r => r.Resource.IsCalled(resourceName))
            && (text.Length == 0 || Contains(trace.Id) || trace.Spans.Any(SpanContains));
        _verdicts[trace.Id] = (trace, matches);
        return matches;
    }

    private bool SpanContains(SpanRecord span) =>
        Contains(span.Name) || Contains(span.SpanId) || Contains(span.Wire.Status?.Message)
        || span.Wire.Attributes.Any(a => Contains(a.Key) || Contains(Values.Text(a.Value)))
        || span.Wire.Events.Any(e => Contains(e.Name));

    private bool Contains(string? value) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
}
