using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Options;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// Makes an acknowledgement mean "on replicas, too", by WAIT (https://redis.io/docs/latest/commands/wait/). It waits for whatever was done before it on the same connection, and holds up whatever comes after it there, so
/// that one at a time is sent to a server: whoever waits while one runs shares the next.
/// </summary>
internal sealed class ReplicaGate(RedisConnection redis, RedisKeys keys, IOptions<PushOptions> options, PushMetrics metrics)
{
    private const string Wait = "WAIT";
    private const int TimeoutMs = 250;

    private readonly ConcurrentDictionary<EndPoint, SharedCall> _calls = new();

    /// <summary>The server that has a channel's log, to be asked for before the log is written; null where replicas are not waited for.</summary>
    public IServer? ServerOf(ChannelName channel) => options.Value.AcknowledgeReplicas == 0 ? null : redis.Multiplexer.GetServer(keys.Log(channel));

    /// <summary>Completes when as many replicas as <c>Push:AcknowledgeReplicas</c> says have what was written before this call.</summary>
    /// <param name="channel">The channel whose log was written.</param>
    /// <param name="server">What <see cref="ServerOf"/> said before.</param>
    /// <exception cref="NotReplicatedException">They have not, or another server has the log now.</exception>
    public async ValueTask WaitAsync(ChannelName channel, IServer? server)
    {
        if (server is null)
        {
            return;
        }

        var call = _calls.GetOrAdd(server.EndPoint, _ => new SharedCall(() => WaitAsync(server)));
        await BrokerCommand.RunAsync(metrics: null, Wait, script: null, call.JoinNext()).ConfigureAwait(false);
        if (!Equals(ServerOf(channel)?.EndPoint, server.EndPoint))
        {
            // The slot has moved: the log may have been written at the other one.
            throw new NotReplicatedException($"The log of channel '{channel}' is at another server than when it was written.");
        }
    }

    private async Task WaitAsync(IServer server)
    {
        var started = Stopwatch.GetTimestamp();
        var wanted = options.Value.AcknowledgeReplicas;
        long reached;
        try
        {
            reached = (long)await server.ExecuteAsync(Wait, wanted, TimeoutMs).ConfigureAwait(false);
        }
        catch (RedisServerException error) when (error.Message.Contains("replica", StringComparison.OrdinalIgnoreCase))
        {
            throw new NotReplicatedException($"{server.EndPoint} is a replica by now.");
        }

        metrics.RoundTrip(Wait, Stopwatch.GetElapsedTime(started).TotalSeconds);
        if (reached < wanted)
        {
            throw new NotReplicatedException($"{reached} replicas of {server.EndPoint} have what was published, and Push:AcknowledgeReplicas is {wanted}.");
        }
    }
}
