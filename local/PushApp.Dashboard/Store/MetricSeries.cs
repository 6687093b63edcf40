using PushApp.Dashboard.Otlp.Wire;

namespace PushApp.Dashboard.Store;

/// <summary>An instrument's points for one set of attributes. Not thread-safe: the store locks.</summary>
internal sealed class MetricSeries(string key, IReadOnlyList<KeyValue> attributes, int maxPoints)
{
    private const int MaxExemplars = 50;

    private readonly LinkedList<MetricPoint> _points = new();
    private readonly Queue<MetricExemplar> _exemplars = new();

    public string Key { get; } = key;

    public IReadOnlyList<KeyValue> Attributes { get; } = attributes;

    public IEnumerable<MetricPoint> Points => _points;

    public IEnumerable<MetricExemplar> Exemplars => _exemplars;

    public MetricPoint? Last => _points.Last?.Value;

    /// <returns>How many old points made place for it.</returns>
    public int Add(MetricPoint point)
    {
        // A value that stays needs only its first and last time.
        if (_points.Last is { Previous: { } before } last && last.Value.SaysTheSame(point) && before.Value.SaysTheSame(point))
        {
            last.Value = point;
            return 0;
        }

        _points.AddLast(point);
        if (_points.Count <= maxPoints)
        {
            return 0;
        }

        _points.RemoveFirst();
        return 1;
    }

    public void Add(MetricExemplar exemplar)
    {
        if (_exemplars.Any(e => e.Time == exemplar.Time && e.SpanId == exemplar.SpanId))
        {
            return;
        }

        _exemplars.Enqueue(exemplar);
        if (_exemplars.Count > MaxExemplars)
        {
            _exemplars.Dequeue();
        }
    }
}
