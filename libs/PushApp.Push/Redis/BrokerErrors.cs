using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>Which errors of the broker pass by themselves.</summary>
internal static class BrokerErrors
{
    private static readonly string[] PassingReplies = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "NOREPLICAS", "MISCONF", "OOM", "MOVED", "ASK"];

    /// <summary>Whether the same call may succeed a little later: no connection, no answer in time, or a server that is starting or failing over.</summary>
    public static bool IsPassing(Exception error) => error switch
    {
        RedisConnectionException or RedisTimeoutException or TimeoutException or EventForgottenException => true,
        RedisServerException server => PassingReplies.Any(reply => server.Message.StartsWith(reply, StringComparison.Ordinal)),
        _ => false,
    };
}
