using System.Net;
using PushApp.Push;
using PushApp.Push.Redis;

namespace PushApp.Tests.Unit.Push.Redis;

public sealed class ClusterTopologyTests
{
    [Theory]
    [InlineData(ShardedPubSub.Auto, "7.0.15 7.2.4", nameof(BrokerLayout.ShardedCluster))]
    [InlineData(ShardedPubSub.Auto, "7.2.4 6.2.14 7.2.4", nameof(BrokerLayout.Cluster))]
    [InlineData(ShardedPubSub.Always, "7.0.0", nameof(BrokerLayout.ShardedCluster))]
    [InlineData(ShardedPubSub.Never, "8.0.1", nameof(BrokerLayout.Cluster))]
    [InlineData(ShardedPubSub.Auto, "", nameof(BrokerLayout.Single))]
    [InlineData(ShardedPubSub.Never, "", nameof(BrokerLayout.Single))]
    public void Messages_stay_in_their_slot_where_every_server_can_keep_them_there(ShardedPubSub wanted, string versions, string layout) =>
        Assert.Equal(layout, ClusterTopology.Decide(wanted, Members(versions), database: 0).ToString());

    [Fact]
    public void A_server_that_is_too_old_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ClusterTopology.Decide(ShardedPubSub.Always, Members("7.0.0 6.2.14"), database: 0));
        Assert.Equal(
            "Push:ShardedPubSub is Always, but the cluster's server 127.0.0.1:7001 is version 6.2.14, and sharded pub/sub needs 7.0: update it, or set Auto or Never.", error.Message);
    }

    private static (EndPoint EndPoint, Version Version)[] Members(string versions) =>
        [.. versions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((version, index) => ((EndPoint)new IPEndPoint(IPAddress.Loopback, 7000 + index), Version.Parse(version)))];
}
