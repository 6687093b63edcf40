namespace PushApp.Tests.Infrastructure;

/// <summary>The brokers that everything is tested against.</summary>
public enum BrokerKind
{
    /// <summary>Garnet, as PushApp.Broker runs it.</summary>
    Garnet,

    /// <summary>redis-server on PATH, with <c>appendfsync always</c>.</summary>
    RedisServer,
}
