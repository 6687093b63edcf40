using PushApp.Dashboard.Store;

namespace PushApp.Dashboard.Telemetry;

/// <summary>A span's line in the waterfall: where it hangs, and where its bar lies, in percent of the trace.</summary>
internal sealed record WaterfallRow(SpanRecord Span, int Depth, double Left, double Width, int Descendants);

/// <summary>A trace's spans, nested and placed in time.</summary>
internal static class Waterfall
{
    // A bar too small to see or to click.
    private const double MinWidth = 0.3;

    /// <summary>Parents before children, siblings by start. A span whose parent is not here (yet) stands as a root.</summary>
    public static IReadOnlyList<WaterfallRow> Rows(Trace trace)
    {
        var length = Math.Max(1, trace.End - trace.Start);
        var ids = trace.Spans.Select(s => s.SpanId).ToHashSet();
        var children = trace.Spans.Where(s => ids.Contains(s.ParentId) && s.ParentId != s.SpanId)
            .GroupBy(s => s.ParentId).ToDictionary(g => g.Key, g => g.OrderBy(s => s.Start).ToList());
        var rows = new List<WaterfallRow>(trace.Spans.Count);
        var seen = new HashSet<SpanRecord>(ReferenceEqualityComparer.Instance);

        // What is left then are circles: each is cut somewhere.
        foreach (var start in trace.Spans.Where(s => !ids.Contains(s.ParentId) || s.ParentId == s.SpanId).OrderBy(s => s.Start).Concat(trace.Spans))
        {
            Walk(start);
        }

        return rows;

        void Walk(SpanRecord root)
        {
            // No recursion: a chain may be as long as the store allows.
            var stack = new Stack<(SpanRecord Span, int Depth, int Row)>();
            stack.Push((root, 0, -1));
            while (stack.TryPop(out var next))
            {
                if (next.Row >= 0)
                {
                    rows[next.Row] = rows[next.Row] with { Descendants = rows.Count - next.Row - 1 };
                    continue;
                }

                if (!seen.Add(next.Span))
                {
                    continue;
                }

                var width = Math.Max(MinWidth, 100.0 * (next.Span.End - next.Span.Start) / length);
                var left = Math.Min(100.0 * (next.Span.Start - trace.Start) / length, 100 - MinWidth);
                stack.Push((next.Span, next.Depth, rows.Count));
                rows.Add(new WaterfallRow(next.Span, next.Depth, left, Math.Min(width, 100 - left), 0));
                if (children.TryGetValue(next.Span.SpanId, out var below))
                {
                    for (var i = below.Count - 1; i >= 0; i--)
                    {
                        stack.Push((below[i], next.Depth + 1, -1));
                    }
                }
            }
        }
    }
}
