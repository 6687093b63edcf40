namespace PushApp.Push.Inspection;

/// <summary>The last words of processes that stopped lately, for those who look only later: the newest few, for some minutes. Thread-safe.</summary>
internal sealed class DepartedNodes(TimeProvider time)
{
    private const int Most = 20;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Queue<NodeReport> _reports = new();

    public IReadOnlyList<NodeReport> All
    {
        get
        {
            lock (_lock)
            {
                while (_reports.TryPeek(out var oldest) && oldest.StateSince < time.GetUtcNow() - KeptFor)
                {
                    _reports.Dequeue();
                }

                return [.. _reports];
            }
        }
    }

    public void Add(NodeReport report)
    {
        lock (_lock)
        {
            _reports.Enqueue(report);
            while (_reports.Count > Most)
            {
                _reports.Dequeue();
            }
        }
    }
}
