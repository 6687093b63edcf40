namespace Aspire.StackExchange.Redis;

/// <summary>Settings of the client, section <c>Aspire:StackExchange:Redis</c>, and below it one by the connection's name.</summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>The connection string; <c>ConnectionStrings:{name}</c> comes before it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Without the health check <c>StackExchange.Redis</c>. <value>Default false.</value></summary>
    public bool DisableHealthChecks { get; set; }
}
