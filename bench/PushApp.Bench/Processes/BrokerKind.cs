namespace PushApp.Bench.Processes;

/// <summary>What carries the events between publisher and web node.</summary>
internal enum BrokerKind
{
    /// <summary>Garnet, as local/PushApp.Broker runs it.</summary>
    Garnet,

    /// <summary>redis-server on PATH.</summary>
    Redis,
}
