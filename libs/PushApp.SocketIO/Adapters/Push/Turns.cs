namespace PushApp.SocketIO;

/// <summary>
/// One at a time, in the order they came: a semaphore of one that holds nothing while nobody is in it. A server keeps two of these for every socket, nearly all of them idle.
/// Thread-safe.
/// </summary>
internal sealed class Turns
{
    private TaskCompletionSource? _last;

    /// <summary>Waits until all who came before have left; disposing of what it gives leaves.</summary>
    /// <exception cref="OperationCanceledException">It was given up while it waited.</exception>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var turn = new Turn(this, mine);
        if (Interlocked.Exchange(ref _last, mine) is { } before)
        {
            try
            {
                await before.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Whoever stands behind still waits for all before.
                _ = before.Task.ContinueWith(static (_, state) => ((Turn)state!).Dispose(), turn, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                throw;
            }
        }

        return turn;
    }

    public readonly struct Turn(Turns turns, TaskCompletionSource mine) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.CompareExchange(ref turns._last, null, mine);
            mine.TrySetResult();
        }
    }
}
