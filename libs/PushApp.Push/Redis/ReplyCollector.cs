namespace PushApp.Push.Redis;

/// <summary>Collects what several processes answer to one question, until as many have as were reached. Thread-safe.</summary>
internal sealed class ReplyCollector<T>
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<T> _replies = [];
    private int _expected = int.MaxValue;

    /// <summary>Completes with the last of the expected answers.</summary>
    public Task Done => _done.Task;

    public IReadOnlyList<T> Replies
    {
        get
        {
            lock (_lock)
            {
                return [.. _replies];
            }
        }
    }

    /// <summary>How many are still to come; those of whom it is not yet known how many they are count as one.</summary>
    public int Missing
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(0, _expected - _replies.Count);
            }
        }
    }

    /// <summary>So many were reached. Some may have answered before.</summary>
    public void Expect(int count)
    {
        lock (_lock)
        {
            _expected = count;
            Check();
        }
    }

    public void Add(T reply)
    {
        lock (_lock)
        {
            _replies.Add(reply);
            Check();
        }
    }

    private void Check()
    {
        if (_replies.Count >= _expected)
        {
            _done.TrySetResult();
        }
    }
}
