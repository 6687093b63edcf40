using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using PushApp.Push.Hub;

namespace PushApp.Push.Sse;

/// <summary>A stream of an application's own events, written by its own request.</summary>
internal sealed class CustomStream(HttpContext context, PushPrincipal principal, StreamOptions options, TimeProvider time) : IOpenStream, IDisposable
{
    // A client that does not take the end is cut off.
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
    private readonly PipeWriter _body = context.Response.BodyWriter;
    private readonly Lock _lock = new();
    private CloseReason? _reason;

    public Guid Id { get; } = Guid.NewGuid();

    public PushPrincipal Principal { get; } = principal;

    /// <summary>Adds none: what it streams is the application's to judge.</summary>
    public void AddCheckedChannels(List<ChannelName> list)
    {
    }

    public void End(CloseReason reason)
    {
        lock (_lock)
        {
            if (_reason is not null)
            {
                return;
            }

            _reason = reason;

            // Not here and now: the enumeration's own continuations would run on the caller's thread.
            _ = _ended.CancelAsync();
        }
    }

    public void Forbid(ChannelName channel) => End(CloseReason.Forbidden);

    public async Task RunAsync(IAsyncEnumerable<ServerSentEvent> events)
    {
        SseResponse.Prepare(context);
        try
        {
            SseFormatter.Write(_body, new ServerSentEvent(null) { Retry = options.Retry, Comment = $" heartbeat {(int)options.HeartbeatInterval.TotalSeconds}" });
            await _body.FlushAsync(_ended.Token).ConfigureAwait(false);
            var source = events.GetAsyncEnumerator(_ended.Token);
            await using (source.ConfigureAwait(false))
            {
                while (await NextAsync(source).ConfigureAwait(false))
                {
                    SseFormatter.Write(_body, source.Current);
                    await _body.FlushAsync(_ended.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            if (_reason is { } reason && !context.RequestAborted.IsCancellationRequested)
            {
                await WriteClosingAsync(reason).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _reason ??= CloseReason.Client;
            _ended.Dispose();
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ServerSentEvent> source)
    {
        var next = source.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            try
            {
                return await next.WaitAsync(options.HeartbeatInterval, time, _ended.Token).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!next.IsFaulted)
            {
                // Silent for too long, or it came in this very moment and is taken below.
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                // Its enumerator cannot be disposed of while it is running; it was asked to end by the same token.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            if (!next.IsCompleted)
            {
                try
                {
                    await _body.WriteAsync(SseFormatter.Heartbeat.ToArray(), _ended.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (_ended.IsCancellationRequested)
                {
                    await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw;
                }
            }
        }

        return await next.ConfigureAwait(false);
    }

    private async Task WriteClosingAsync(CloseReason reason)
    {
        var delay = reason == CloseReason.Shutdown ? options.DrainSpread * Random.Shared.NextDouble() : options.Retry;
        using var limit = new CancellationTokenSource(ClosingTime, time);
        try
        {
            await _body.WriteAsync(SseFormatter.FormatClosing(reason, delay), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            context.Abort();
        }
    }
}
