using System.Net;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>
/// What is at the other end of a multiplexer, from what it knows without asking. A cluster of which it does not hear that a slot went elsewhere (the server that would say so does not answer) has to be looked at anew:
/// StackExchange.Redis does so by itself only each minute.
/// </summary>
internal sealed class ClusterTopology(IOptions<PushOptions>? options)
{
    // https://redis.io/docs/latest/commands/spublish/
    private static readonly Version FirstSharded = new(7, 0);
    private const int Slots = 16384;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task _looking = Task.CompletedTask;
    private long _lookedAt;

    /// <exception cref="InvalidOperationException">The broker cannot be used as it is set up; the message says what to set.</exception>
    public BrokerLayout Find(IConnectionMultiplexer multiplexer)
    {
        var servers = Array.FindAll(multiplexer.GetServers(), server => server.IsConnected);
        if (servers.Length == 0)
        {
            return BrokerLayout.Unknown;
        }

        var members = servers.Where(server => server.ServerType == ServerType.Cluster).Select(server => (server.EndPoint, server.Version)).ToArray();
        return Decide(options?.Value.ShardedPubSub ?? ShardedPubSub.Auto, members, multiplexer.GetDatabase().Database);
    }

    /// <summary>What a broker is used as.</summary>
    /// <param name="wanted">What is configured.</param>
    /// <param name="members">The servers of a cluster that have answered; none for a broker that is no cluster.</param>
    /// <param name="database">The database that is configured.</param>
    /// <exception cref="InvalidOperationException">It cannot be used as it is set up; the message says what to set.</exception>
    public static BrokerLayout Decide(ShardedPubSub wanted, IReadOnlyCollection<(EndPoint EndPoint, Version Version)> members, int database)
    {
        if (members.Count == 0)
        {
            return wanted != ShardedPubSub.Always
                ? BrokerLayout.Single
                : throw new InvalidOperationException("Push:ShardedPubSub is Always, but the broker is no Redis Cluster: set it to Auto.");
        }

        if (database != 0)
        {
            throw new InvalidOperationException(
                $"The broker is a Redis Cluster, which has database 0 alone: take 'defaultDatabase={database}' out of ConnectionStrings:redis, and set Push:KeyPrefix to keep applications apart.");
        }

        var oldest = members.MinBy(member => member.Version);
        if (wanted == ShardedPubSub.Always && oldest.Version < FirstSharded)
        {
            throw new InvalidOperationException(
                $"Push:ShardedPubSub is Always, but the cluster's server {oldest.EndPoint} is version {oldest.Version}, and sharded pub/sub needs {FirstSharded}: update it, or set Auto or Never.");
        }

        return wanted != ShardedPubSub.Never && oldest.Version >= FirstSharded ? BrokerLayout.ShardedCluster : BrokerLayout.Cluster;
    }

    /// <summary>Whether every slot of the cluster has a server that this process is connected to. Slots are counted: a server that the others have given up is not in their view any more.</summary>
    public static bool IsWhole(IConnectionMultiplexer multiplexer)
    {
        var servers = Array.FindAll(multiplexer.GetServers(), server => server.IsConnected);
        var connected = servers.Select(server => server.EndPoint).ToHashSet<EndPoint?>();
        var views = servers.Select(server => server.ClusterConfiguration).OfType<ClusterConfiguration>().ToArray();
        return views.Length == 0
            ? multiplexer.IsConnected
            : Array.Exists(views, view =>
                view.Nodes.Where(node => !node.IsReplica && connected.Contains(node.EndPoint)).SelectMany(node => node.Slots).Sum(range => range.To - range.From + 1) == Slots);
    }

    /// <summary>Something did not answer: asks the cluster's servers who has which slot now. At most once a second; returns at once.</summary>
    public void LookAgain(IConnectionMultiplexer multiplexer)
    {
        lock (_lock)
        {
            if (!_looking.IsCompleted || (_lookedAt != 0 && TimeProvider.System.GetElapsedTime(_lookedAt) < LookInterval))
            {
                return;
            }

            _lookedAt = TimeProvider.System.GetTimestamp();
            _looking = Background.Run(() => LookAsync(multiplexer));
        }
    }

    private static async Task LookAsync(IConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.ConfigureAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            // Nobody answered. Whoever is still without an answer looks again.
        }
    }
}
