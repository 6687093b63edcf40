namespace PushApp.Push.Hub;

/// <summary>
/// Pages of a channel's log, read for those who resume from before the ring. Pages lie at fixed sequences, so that a storm of reconnects with different
/// positions shares a few reads; each is kept for a few seconds. Thread-safe.
/// </summary>
internal sealed class LogPages(Func<long, int, Task<HubEvent[]>> read, TimeProvider time)
{
    public const int PageSize = 256;

    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, (Task<HubEvent[]> Page, long Started)> _pages = [];

    /// <summary>The page that holds a sequence, shared with everybody who wants it; read anew for <paramref name="refresh"/>, unless that is under way.</summary>
    public Task<HubEvent[]> GetAsync(long sequence, bool refresh)
    {
        var index = (sequence - 1) / PageSize;
        lock (_lock)
        {
            if (_pages.TryGetValue(index, out var known) && !known.Page.IsFaulted && !(refresh && known.Page.IsCompleted)
                && time.GetElapsedTime(known.Started) < Keep)
            {
                return known.Page;
            }

            var page = ReadAsync(index);
            _pages[index] = (page, time.GetTimestamp());
            return page;
        }
    }

    /// <summary>Forgets pages that were read a while ago, or all of them when the log turned out to be another.</summary>
    public void Trim(bool all)
    {
        lock (_lock)
        {
            foreach (var (index, page) in _pages)
            {
                if (all || (page.Page.IsCompleted && time.GetElapsedTime(page.Started) > Keep))
                {
                    _pages.Remove(index);
                }
            }
        }
    }

    private async Task<HubEvent[]> ReadAsync(long index)
    {
        await Task.Yield();
        return await read(index * PageSize, PageSize).ConfigureAwait(false);
    }
}
