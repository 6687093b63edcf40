using Microsoft.Extensions.Options;
using PushApp.Push;
using StackExchange.Redis;

namespace PushApp.SocketIO.Engine.Cluster;

/// <summary>The Redis keys of nodes.</summary>
internal sealed class NodeKeys(IOptions<PushOptions> options)
{
    /// <summary>A node's address, as long as it renews its lease.</summary>
    public RedisKey Address(string node) => $"{options.Value.KeyPrefix}:node:{node}";
}
