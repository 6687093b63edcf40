using System.Globalization;
using System.Security.Cryptography;
using PushApp.Push;

namespace PushApp.Tests.Infrastructure;

/// <summary>
/// A Redis Cluster of the test's own: redis-server processes on free ports of loopback, three of them with a third of the slots each, and a replica for each where a test asks for them.
/// </summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;
    private const int Primaries = 3;

    private readonly TempFolder _folder = new("cluster");
    private readonly List<RedisClusterNode> _nodes = [];

    /// <summary>How long a node must be silent until the others take it for dead. What has to wait for less is not worth the machine's own hiccups.</summary>
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(2);

    public string Password { get; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>The servers; the first three began with slots.</summary>
    public IReadOnlyList<RedisClusterNode> Nodes => _nodes;

    /// <summary>What goes into <c>ConnectionStrings__redis</c>: two of the servers, as the rest are found by them.</summary>
    public string ConnectionString => $"127.0.0.1:{_nodes[0].Port},127.0.0.1:{_nodes[1].Port},password={Password}";

    /// <summary>Starts the servers and waits until every one of them knows who has which slot. Skips the test where redis-server is missing (fails it in CI).</summary>
    public static async Task<RedisCluster> StartAsync(bool withReplicas = false)
    {
        var program = Prerequisite.Program("redis-server", "install Redis ≥ 7.0 to run the tests on a cluster of it.");
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i < (withReplicas ? 2 * Primaries : Primaries); i++)
            {
                cluster._nodes.Add(new RedisClusterNode(program, cluster._folder.Combine($"node{i}"), cluster.Password, NodeTimeout));
            }

            await Task.WhenAll(cluster._nodes.Select(node => node.StartAsync()));
            await cluster.FormAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The slot of a key or channel, as Redis says.</summary>
    public async Task<int> SlotOfAsync(string key) => (int)(long)(await _nodes[0].SendAsync("CLUSTER", "KEYSLOT", key))!;

    /// <summary>A room whose log lies at a server.</summary>
    public async Task<ChannelName> RoomAtAsync(RedisClusterNode node, string prefix)
    {
        for (var i = 0; ; i++)
        {
            var room = ChannelName.Room($"r{i}");
            if (await OwnerOfAsync(await SlotOfAsync($"{prefix}:{{{room}}}:log")) == node)
            {
                return room;
            }
        }
    }

    /// <summary>Waits until a server has taken the place of another by itself.</summary>
    public static Task WaitForPrimaryAsync(RedisClusterNode replica) => Until.TrueAsync(replica.IsPrimaryAsync, "the replica is promoted", TimeSpan.FromSeconds(60));

    /// <summary>The replica that a server began with.</summary>
    public RedisClusterNode ReplicaOf(RedisClusterNode primary) => _nodes[_nodes.IndexOf(primary) + Primaries];

    /// <summary>The server that has a slot now, as those say that run.</summary>
    public async Task<RedisClusterNode> OwnerOfAsync(int slot)
    {
        var ranges = (object[])(await _nodes.First(node => node.IsRunning).SendAsync("CLUSTER", "SLOTS"))!;
        var range = ranges.Cast<object[]>().Single(range => (long)range[0] <= slot && slot <= (long)range[1]);
        return _nodes.Single(node => node.Port == (int)(long)((object[])range[2])[1]);
    }

    /// <summary>
    /// Moves a slot to another server, as <c>redis-cli --cluster reshard</c> does: both are told, the keys move one after the other, and all are told whose it is now.
    /// </summary>
    /// <param name="slot">The slot.</param>
    /// <param name="target">Who gets it.</param>
    /// <param name="halfWay">What is done when the keys have moved and the slot has not.</param>
    public async Task MoveSlotAsync(int slot, RedisClusterNode target, Func<Task>? halfWay = null)
    {
        var source = await OwnerOfAsync(slot);
        var number = slot.ToString(CultureInfo.InvariantCulture);
        await target.SendAsync("CLUSTER", "SETSLOT", number, "IMPORTING", source.Id);
        await source.SendAsync("CLUSTER", "SETSLOT", number, "MIGRATING", target.Id);
        await MoveKeysAsync(source, target, number);
        if (halfWay is not null)
        {
            await halfWay();
        }

        await MoveKeysAsync(source, target, number);

        // The target first, so that there is no moment in which the slot is nobody's (https://redis.io/docs/latest/commands/cluster-setslot/).
        foreach (var node in _nodes.Where(node => node.IsRunning).OrderBy(node => node == target ? 0 : node == source ? 1 : 2))
        {
            if (await node.IsPrimaryAsync())
            {
                await node.SendAsync("CLUSTER", "SETSLOT", number, "NODE", target.Id);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task MoveKeysAsync(RedisClusterNode source, RedisClusterNode target, string slot)
    {
        while ((object[])(await source.SendAsync("CLUSTER", "GETKEYSINSLOT", slot, "10"))! is { Length: > 0 } keys)
        {
            foreach (string key in keys)
            {
                await source.SendAsync("MIGRATE", "127.0.0.1", $"{target.Port}", key, "0", "5000", "AUTH", Password);
            }
        }
    }

    private async Task FormAsync()
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            _nodes[i].Id = (string)(await _nodes[i].SendAsync("CLUSTER", "MYID"))!;

            // Otherwise two that begin at the same epoch may disagree for a while.
            await _nodes[i].SendAsync("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
            if (i < Primaries)
            {
                await _nodes[i].SendAsync("CLUSTER", "ADDSLOTSRANGE", $"{Slots * i / Primaries}", $"{(Slots * (i + 1) / Primaries) - 1}");
            }
        }

        foreach (var node in _nodes.Skip(1))
        {
            await _nodes[0].SendAsync("CLUSTER", "MEET", "127.0.0.1", $"{node.Port}", $"{node.BusPort}");
        }

        await Until.TrueAsync(
            async () => (await Task.WhenAll(_nodes.Select(async node => (await InfoAsync(node)).Contains($"cluster_known_nodes:{_nodes.Count}", StringComparison.Ordinal)))).All(known => known),
            "all servers of the cluster know each other");
        for (var i = Primaries; i < _nodes.Count; i++)
        {
            await _nodes[i].SendAsync("CLUSTER", "REPLICATE", _nodes[i - Primaries].Id);
        }

        await Until.TrueAsync(async () => (await Task.WhenAll(_nodes.Select(IsSettledAsync))).All(settled => settled), "the cluster's servers agree on the slots, and replicas follow", TimeSpan.FromSeconds(60));
    }

    private static async Task<string> InfoAsync(RedisClusterNode node) => (string)(await node.SendAsync("CLUSTER", "INFO"))!;

    private async Task<bool> IsSettledAsync(RedisClusterNode node)
    {
        var info = await InfoAsync(node);
        var ranges = (object[])(await node.SendAsync("CLUSTER", "SLOTS"))!;
        return info.Contains("cluster_state:ok", StringComparison.Ordinal)
            && ranges.Length == Primaries
            && ranges.Cast<object[]>().All(range => range.Length == 2 + (_nodes.Count / Primaries))
            && (await node.IsPrimaryAsync() || ((string)(await node.SendAsync("INFO", "replication"))!).Contains("master_link_status:up", StringComparison.Ordinal));
    }
}
