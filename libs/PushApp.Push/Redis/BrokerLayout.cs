namespace PushApp.Push.Redis;

/// <summary>How the broker is laid out, and with that, how events are published.</summary>
internal enum BrokerLayout
{
    /// <summary>No server has answered yet.</summary>
    Unknown,

    /// <summary>One server, or one with replicas and sentinels: PUBLISH.</summary>
    Single,

    /// <summary>A Redis Cluster whose servers hand every message to all others: PUBLISH.</summary>
    Cluster,

    /// <summary>A Redis Cluster on which a channel's messages stay with the servers of its slot, where its log is too: SPUBLISH.</summary>
    ShardedCluster,
}
