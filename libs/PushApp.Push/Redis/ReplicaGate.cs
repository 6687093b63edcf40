using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Options;
using PushApp.Push.History;
using PushApp.Push.Telemetry;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// Makes an acknowledgement mean "on replicas, too", by WAIT (https://redis.io/docs/latest/commands/wait/). It waits for what its own connection wrote last, and so for whatever the server wrote before that; and it
/// holds up whatever comes after it there. So one at a time is sent to a server, behind a write of its own: whoever waits while one runs shares the next.
/// </summary>
internal sealed class ReplicaGate(RedisConnection redis, RedisKeys keys, HistoryLimits limits, IOptions<PushOptions> options, PushMetrics metrics)
{
    private const string Wait = "WAIT";
    private const int TimeoutMs = 250;

    private readonly ConcurrentDictionary<EndPoint, SharedCall> _calls = new();

    // The channel of whoever came last: any log that the server has does for a write.
    private readonly ConcurrentDictionary<EndPoint, ChannelName> _written = new();

    /// <summary>
    /// The server that has a channel's log, to be asked for before the log is written; null where replicas are not waited for. What is written for one that is waited for must not be redirected.
    /// </summary>
    /// <exception cref="RedisConnectionException">No server is connected.</exception>
    public IServer? ServerOf(ChannelName channel)
    {
        if (options.Value.AcknowledgeReplicas == 0)
        {
            return null;
        }

        try
        {
            return redis.Multiplexer.GetServer(keys.Log(channel));
        }
        catch (InvalidOperationException error)
        {
            throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None, $"No server of the broker is connected that has the log of channel '{channel}'.", error);
        }
    }

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

        _written[server.EndPoint] = channel;
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
        var channel = _written[server.EndPoint];

        RedisResult[] replies;
        try
        {
            // Sent at once. Without a write on its connection WAIT is content with anything, as after a connection that broke: what was appended on the one before, or was found there by its key, it knows nothing of.
            replies = await Task.WhenAll(
                SendAsync("CLIENT", "ID"),
                SendAsync("PEXPIRE", keys.Log(channel), (long)limits.For(channel).MaxAge.TotalMilliseconds),
                SendAsync(Wait, wanted, TimeoutMs),
                SendAsync("CLIENT", "ID")).ConfigureAwait(false);
        }
        catch (Exception error) when ((error is RedisServerException or RedisCommandException) && error.Message.Contains("replica", StringComparison.OrdinalIgnoreCase))
        {
            // Said by the server, or by the client, which knows already and sends it nothing to write.
            throw new NotReplicatedException($"{server.EndPoint} is a replica by now.");
        }

        metrics.RoundTrip(Wait, Stopwatch.GetElapsedTime(started).TotalSeconds);
        var (before, written, reached, after) = ((long)replies[0], (long)replies[1], (long)replies[2], (long)replies[3]);
        if (written == 0 || before != after)
        {
            throw new NotReplicatedException($"{server.EndPoint} has lost the log of channel '{channel}', or its connection broke.");
        }

        if (reached < wanted)
        {
            throw new NotReplicatedException($"{reached} replicas of {server.EndPoint} have what was published, and Push:AcknowledgeReplicas is {wanted}.");
        }

        Task<RedisResult> SendAsync(string command, params object[] arguments) =>
            server.ExecuteAsync(redis.Database.Database, command, arguments, CommandFlags.NoRedirect);
    }
}
