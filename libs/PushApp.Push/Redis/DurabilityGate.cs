using System.Diagnostics;
using Microsoft.Extensions.Options;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// Makes an acknowledgement mean "on disk". Redis holds replies until its own fsync (appendfsync always), so nothing is to be done there;
/// Garnet acknowledges before its append-only file is written, and is asked to commit it. Commits are batched: whoever waits while one runs shares the next.
/// </summary>
internal sealed class DurabilityGate
{
    private const string Commit = "COMMITAOF";

    private readonly RedisConnection _redis;
    private readonly IOptions<PushOptions> _options;
    private readonly PushMetrics _metrics;
    private readonly SharedCall _commit;
    private volatile bool _brokerCommitsByItself;

    public DurabilityGate(RedisConnection redis, IOptions<PushOptions> options, PushMetrics metrics)
    {
        _redis = redis;
        _options = options;
        _metrics = metrics;
        _commit = new SharedCall(CommitAsync);
    }

    /// <summary>Completes when everything the broker acknowledged before this call, and still has, is as safe as <c>Push:Acknowledge</c> says.</summary>
    /// <returns>
    /// Whether the broker was asked to commit. One that died after its acknowledgement and was started again before this commits as gladly, without what it has lost: whoever relies on it looks whether it is there.
    /// </returns>
    public async ValueTask<bool> WaitAsync()
    {
        if (_options.Value.Acknowledge != AcknowledgeMode.Disk || _brokerCommitsByItself)
        {
            return false;
        }

        await BrokerCommand.RunAsync(metrics: null, Commit, script: null, _commit.JoinNext()).ConfigureAwait(false);
        return !_brokerCommitsByItself;
    }

    private async Task CommitAsync()
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await _redis.Database.ExecuteAsync(Commit).ConfigureAwait(false);
            _metrics.RoundTrip(Commit, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        catch (RedisServerException error) when (error.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            // Not Garnet.
            _brokerCommitsByItself = true;
        }
    }
}
