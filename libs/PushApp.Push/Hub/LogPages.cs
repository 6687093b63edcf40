namespace PushApp.Push.Hub;

/// <summary>
/// Pages of a channel's log, read for those who resume from before the ring. Pages lie at fixed sequences, so that a storm of reconnects with different
/// positions shares a few reads; each is kept for a few seconds, as far as the node's budget allows. Thread-safe.
/// </summary>
internal sealed class LogPages(Func<long, int, Task<HubEvent[]>> read, PageBudget budget, TimeProvider time)
{
    public const int PageSize = 256;

    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Page> _pages = [];

    /// <summary>Pages that are kept, or being read.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _pages.Count;
            }
        }
    }

    /// <summary>The page that holds a sequence, shared with everybody who wants it; for <paramref name="refresh"/> one whose reading begins after this, shared with everybody who wants that.</summary>
    public Task<HubEvent[]> GetAsync(long sequence, bool refresh)
    {
        var index = (sequence - 1) / PageSize;
        lock (_lock)
        {
            if (_pages.TryGetValue(index, out var known) && !known.Events.IsFaulted && time.GetElapsedTime(known.Started) < Keep)
            {
                if (!refresh)
                {
                    return known.Events;
                }

                if (!known.Events.IsCompleted)
                {
                    // The broker may have read it before the event was appended that is looked for.
                    return known.Following ??= FollowAsync(index, known);
                }
            }

            return Read(index);
        }
    }

    private async Task<HubEvent[]> FollowAsync(long index, Page known)
    {
        await ((Task)known.Events).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<HubEvent[]> next;
        lock (_lock)
        {
            // Whatever took its place began after it was asked for.
            next = _pages.TryGetValue(index, out var held) && held != known && !held.Events.IsFaulted ? held.Events : Read(index);
        }

        return await next.ConfigureAwait(false);
    }

    /// <summary>Under the lock.</summary>
    private Task<HubEvent[]> Read(long index)
    {
        Remove(index);
        var page = new Page(time.GetTimestamp());
        _pages.Add(index, page);
        return page.Events = ReadAsync(index, page);
    }

    /// <summary>Forgets pages that were read a while ago, or all of them when the log turned out to be another.</summary>
    public void Trim(bool all)
    {
        lock (_lock)
        {
            foreach (var (index, page) in _pages)
            {
                if (all || (page.Events.IsCompleted && time.GetElapsedTime(page.Started) > Keep))
                {
                    Remove(index);
                }
            }

            _pages.Shrink();
        }
    }

    private async Task<HubEvent[]> ReadAsync(long index, Page page)
    {
        await Task.Yield();
        var events = await read(index * PageSize, PageSize).ConfigureAwait(false);
        var bytes = events.Sum(item => (long)item.Size);
        lock (_lock)
        {
            if (_pages.TryGetValue(index, out var held) && held == page)
            {
                if (budget.TryTake(bytes))
                {
                    page.Bytes = bytes;
                }
                else
                {
                    _pages.Remove(index);
                }
            }
        }

        return events;
    }

    private void Remove(long index)
    {
        if (_pages.Remove(index, out var page))
        {
            budget.Return(page.Bytes);
        }
    }

    private sealed class Page(long started)
    {
        public Task<HubEvent[]> Events { get; set; } = null!;

        /// <summary>The reading that begins when this one is done, where somebody wants one.</summary>
        public Task<HubEvent[]>? Following { get; set; }

        public long Started { get; } = started;

        /// <summary>What it takes of the budget; 0 while it is being read.</summary>
        public long Bytes { get; set; }
    }
}
