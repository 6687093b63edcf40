namespace PushApp.Push.Redis;

/// <summary>A call for many at once: whoever asks while one is under way shares the next. Thread-safe.</summary>
internal sealed class SharedCall(Func<Task> call)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _next;
    private bool _running;

    /// <summary>Completes, or fails, with a call that began after this.</summary>
    public Task JoinNext()
    {
        lock (_lock)
        {
            _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_running)
            {
                _running = true;

                // Not under the caller's lock, nor in its context: it goes on for those who come later.
                _ = Background.Run(RunAsync);
            }

            return _next.Task;
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            TaskCompletionSource batch;
            lock (_lock)
            {
                if (_next is null)
                {
                    _running = false;
                    return;
                }

                batch = _next;
                _next = null;
            }

            try
            {
                await call().ConfigureAwait(false);
                batch.SetResult();
            }
            catch (Exception error)
            {
                // Those who wait decide: the publisher repeats with the same key, or fails. Whatever it is, nobody may wait for ever.
                batch.SetException(error);
            }
        }
    }
}
