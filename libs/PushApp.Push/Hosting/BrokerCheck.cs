using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PushApp.Push.Redis;

namespace PushApp.Push.Hosting;

/// <summary>
/// Ends the host, with what to set, where the broker turns out to be none that does what is configured; as soon as it answers, since a host starts without it. What any broker does is not looked into.
/// </summary>
internal sealed class BrokerCheck(RedisConnection redis, IOptions<PushOptions> options) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ShardedPubSub == ShardedPubSub.Always || redis.NamesDatabase)
        {
            await redis.RecognizeAsync().WaitAsync(stoppingToken).ConfigureAwait(false);
        }
    }
}
