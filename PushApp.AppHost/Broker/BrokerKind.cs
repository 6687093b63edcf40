namespace PushApp.AppHost;

/// <summary>What carries the events; <c>PushApp:Broker</c>.</summary>
internal enum BrokerKind
{
    /// <summary>Redis in a container, by Aspire.</summary>
    Container,

    /// <summary><c>redis-server</c> on PATH.</summary>
    Server,

    /// <summary>PushApp.Broker: Garnet, nothing to install.</summary>
    Embedded,

    /// <summary>One that runs already: <c>ConnectionStrings:redis</c>.</summary>
    External,
}
