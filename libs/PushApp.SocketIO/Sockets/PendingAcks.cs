namespace PushApp.SocketIO;

/// <summary>The acknowledgements that the server waits for from one socket. Thread-safe.</summary>
internal sealed class PendingAcks(int limit, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Dictionary<long, TaskCompletionSource<SocketArguments>>? _pending;
    private bool _ended;
    private long _next;

    /// <exception cref="SocketException">Too many are waited for.</exception>
    public long Begin(out Task<SocketArguments> answer)
    {
        var source = new TaskCompletionSource<SocketArguments>(TaskCreationOptions.RunContinuationsAsynchronously);
        answer = source.Task;
        lock (_lock)
        {
            _pending ??= [];
            if (_pending.Count >= limit)
            {
                throw new SocketException($"At most {limit} acknowledgements are waited for at a time (SocketIO:MaxPendingAcks).", "too_many_acks");
            }

            var id = _next++;
            if (_ended)
            {
                source.SetCanceled();
            }
            else
            {
                _pending.Add(id, source);
            }

            return id;
        }
    }

    public async Task<SocketArguments> WaitAsync(Socket socket, long id, Task<SocketArguments> answer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TaskCanceledException) when (answer.IsCanceled)
        {
            throw new SocketDisconnectedException(socket.Id);
        }
        finally
        {
            lock (_lock)
            {
                _pending?.Remove(id);
            }
        }
    }

    /// <summary>An answer came. One that nobody waits for (too late, made up) is dropped.</summary>
    public void Complete(long id, SocketArguments answer)
    {
        TaskCompletionSource<SocketArguments>? source;
        lock (_lock)
        {
            if (_pending is null || !_pending.Remove(id, out source))
            {
                return;
            }
        }

        source.TrySetResult(answer);
    }

    public void CancelAll()
    {
        TaskCompletionSource<SocketArguments>[] sources;
        lock (_lock)
        {
            _ended = true;
            sources = _pending is null ? [] : [.. _pending.Values];
            _pending?.Clear();
        }

        foreach (var source in sources)
        {
            source.TrySetCanceled();
        }
    }
}
