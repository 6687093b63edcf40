using System.Diagnostics;
using Microsoft.Extensions.Options;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// Makes an acknowledgement mean "on disk". Redis holds replies until its own fsync (appendfsync always), so nothing is to be done there;
/// Garnet acknowledges before its append-only file is written, and is asked to commit it. Commits are batched: whoever waits while one runs shares the next.
/// </summary>
internal sealed class DurabilityGate(RedisConnection redis, IOptions<PushOptions> options, PushMetrics metrics)
{
    private const string Commit = "COMMITAOF";

    private readonly Lock _lock = new();
    private TaskCompletionSource? _next;
    private bool _running;
    private volatile bool _brokerCommitsByItself;

    /// <summary>Completes when everything the broker acknowledged before this call, and still has, is as safe as <c>Push:Acknowledge</c> says.</summary>
    /// <returns>
    /// Whether the broker was asked to commit. One that died after its acknowledgement and was started again before this commits as gladly, without what it has lost: whoever relies on it looks whether it is there.
    /// </returns>
    public async ValueTask<bool> WaitAsync()
    {
        if (options.Value.Acknowledge != AcknowledgeMode.Disk || _brokerCommitsByItself)
        {
            return false;
        }

        await BrokerCommand.RunAsync(metrics: null, Commit, script: null, JoinNextCommit()).ConfigureAwait(false);
        return !_brokerCommitsByItself;
    }

    private Task JoinNextCommit()
    {
        lock (_lock)
        {
            _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_running)
            {
                _running = true;
                _ = CommitAsync();
            }

            return _next.Task;
        }
    }

    private async Task CommitAsync()
    {
        // Leaves the caller's lock before anything is sent.
        await Task.Yield();
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

            var started = Stopwatch.GetTimestamp();
            try
            {
                await redis.Database.ExecuteAsync(Commit).ConfigureAwait(false);
                metrics.RoundTrip(Commit, Stopwatch.GetElapsedTime(started).TotalSeconds);
                batch.SetResult();
            }
            catch (RedisServerException error) when (error.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
            {
                // Not Garnet.
                _brokerCommitsByItself = true;
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
