namespace PushApp.SocketIO;

/// <summary>The acknowledgements that the server waits for from one socket, whose lock guards them. Thread-safe.</summary>
internal sealed class PendingAcks(Socket socket, object @lock)
{
    private readonly object _lock = @lock;
    private Dictionary<long, TaskCompletionSource<SocketArguments>>? _pending;
    private volatile bool _any;
    private long _next;

    /// <summary>Whether any is waited for. Takes no lock: another socket of the client may ask under its own.</summary>
    public bool Any => _any;

    /// <exception cref="SocketException">Too many are waited for.</exception>
    public long Begin(out Task<SocketArguments> answer)
    {
        var limit = socket.Host.Server.Options.MaxPendingAcks;
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
            if (socket.HasEnded)
            {
                source.SetCanceled();
            }
            else
            {
                _pending.Add(id, source);
                _any = true;
                socket.Host.Server.Metrics.AckAwaited();
            }

            return id;
        }
    }

    public async Task<SocketArguments> WaitAsync(long id, Task<SocketArguments> answer, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(timeout, socket.Host.Server.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TaskCanceledException) when (answer.IsCanceled)
        {
            throw new SocketDisconnectedException(socket.Id);
        }
        catch (TimeoutException)
        {
            socket.Host.Server.Metrics.AckTimedOut(socket.Host.Definition);
            throw new TimeoutException($"Socket {socket.Id} of '{socket.Namespace}' did not acknowledge an event within {timeout}.");
        }
        finally
        {
            Remove(id);
        }
    }

    /// <summary>An answer came. One that nobody waits for (too late, made up) is dropped.</summary>
    public void Complete(long id, SocketArguments answer) => Remove(id)?.TrySetResult(answer);

    public void CancelAll()
    {
        TaskCompletionSource<SocketArguments>[] sources;
        lock (_lock)
        {
            sources = _pending is null ? [] : [.. _pending.Values];
            _pending = null;
            _any = false;
        }

        socket.Host.Server.Metrics.AcksSettled(sources.Length);
        foreach (var source in sources)
        {
            source.TrySetCanceled();
        }
    }

    private TaskCompletionSource<SocketArguments>? Remove(long id)
    {
        TaskCompletionSource<SocketArguments>? source = null;
        lock (_lock)
        {
            if (_pending is null || !_pending.Remove(id, out source))
            {
                return null;
            }

            _any = _pending.Count > 0;
        }

        socket.Host.Server.Metrics.AcksSettled(1);
        return source;
    }
}
