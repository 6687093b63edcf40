using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PushApp.Push.Sse;

internal sealed class ServerSentEventsResult(IAsyncEnumerable<ServerSentEvent> events) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!SseResponse.IsAcceptable(httpContext.Request))
        {
            await StreamProblems.NotAcceptable.ExecuteAsync(httpContext).ConfigureAwait(false);
            return;
        }

        var services = httpContext.RequestServices;
        var options = services.GetRequiredService<IOptions<PushOptions>>().Value.Streams;
        var time = services.GetRequiredService<TimeProvider>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        SseResponse.Prepare(httpContext);
        var body = httpContext.Response.BodyWriter;
        SseFormatter.Write(body, new ServerSentEvent(null) { Retry = options.Retry, Comment = $" heartbeat {(int)options.HeartbeatInterval.TotalSeconds}" });
        await body.FlushAsync(ended.Token).ConfigureAwait(false);

        var source = events.GetAsyncEnumerator(ended.Token);
        await using (source.ConfigureAwait(false))
        {
            try
            {
                while (await NextAsync(source, body, options.HeartbeatInterval, time, ended.Token).ConfigureAwait(false))
                {
                    SseFormatter.Write(body, source.Current);
                    await body.FlushAsync(ended.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // The client went away, or the node stops and the response ends cleanly.
            }
        }
    }

    private static async Task<bool> NextAsync(
        IAsyncEnumerator<ServerSentEvent> source, System.IO.Pipelines.PipeWriter body, TimeSpan heartbeat, TimeProvider time, CancellationToken cancellationToken)
    {
        var next = source.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            try
            {
                return await next.WaitAsync(heartbeat, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!next.IsFaulted)
            {
                // Silent for too long, or it came in this very moment and is taken below.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Its enumerator cannot be disposed of while it is running; it was asked to end by the same token.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }

            if (!next.IsCompleted)
            {
                // A client that is gone cancels the token, and the wait above ends by that.
                await body.WriteAsync(SseFormatter.Heartbeat.ToArray(), CancellationToken.None).ConfigureAwait(false);
            }
        }

        return await next.ConfigureAwait(false);
    }
}
