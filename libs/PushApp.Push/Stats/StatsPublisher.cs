using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PushApp.Push.Inspection;
using PushApp.Push.Redis;

namespace PushApp.Push.Stats;

/// <summary>Publishes the node's figures to <c>stats</c>, as docs/events.md says.</summary>
internal sealed partial class StatsPublisher(
    RedisChannelLog log,
    IConnectionCounter connections,
    RequestCounter requests,
    NodeName node,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<StatsPublisher> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.StatsInterval;
        if (interval <= TimeSpan.Zero)
        {
            return;
        }

        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (requests.IsWebNode)
                {
                    await PublishAsync((long)time.GetElapsedTime(started).TotalSeconds);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private async Task PublishAsync(long uptime)
    {
        try
        {
            await SendAsync("connections", new { node = node.Value, connections = connections.Connections });
            await SendAsync("requests", new { node = node.Value, requests = requests.Requests });
            await SendAsync("uptime", new { node = node.Value, uptime });
        }
        catch (Exception exception)
        {
            Log.NotPublished(logger, exception);
        }
    }

    /// <summary>Not by the publisher: three traces of one span each, every few seconds and from every node, would bury those that tell something.</summary>
    private Task SendAsync<T>(string eventName, T data) => log.PublishEphemeralAsync(
        ChannelName.Stats, LogEntry.FormatEphemeral(time.GetUtcNow().ToUnixTimeMilliseconds(), traceParent: null, eventName, EventData.From(data).Text));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "This node's figures were not published; the next ones follow", EventName = "StatsNotPublished")]
        public static partial void NotPublished(ILogger logger, Exception exception);
    }
}
