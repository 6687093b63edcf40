namespace PushApp.Dashboard.Store;

/// <summary>A trace as lists show it. Immutable: pages keep it without a lock.</summary>
internal sealed class Trace
{
    public Trace(string id, IReadOnlyList<SpanRecord> spans)
    {
        (Id, Spans) = (id, spans);
        Start = spans.Min(s => s.Start);
        End = spans.Max(s => s.End);

        // The root may be still open, lost, or another system's: the earliest stands for it.
        Root = spans.Where(s => s.ParentId.Length == 0).MinBy(s => s.Start) ?? spans.MinBy(s => s.Start)!;
        Resources = [.. spans.GroupBy(s => s.Resource).Select(g => (g.Key, g.Count(), g.Any(s => s.IsError))).OrderBy(g => g.Key == Root.Resource ? -1 : g.Key.Number)];
        IsError = spans.Any(s => s.IsError);
    }

    public string Id { get; }

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<SpanRecord> Spans { get; }

    public ulong Start { get; }

    public ulong End { get; }

    public SpanRecord Root { get; }

    public bool IsError { get; }

    /// <summary>Whose spans, how many, and whether one of them failed; the root's first.</summary>
    public IReadOnlyList<(TelemetryResource Resource, int Spans, bool IsError)> Resources { get; }

    public TimeSpan Duration => Nanoseconds.Between(Start, End);
}
