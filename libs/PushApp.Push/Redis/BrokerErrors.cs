using StackExchange.Redis;

namespace PushApp.Push.Redis;

/// <summary>Which errors of the broker pass by themselves.</summary>
internal static class BrokerErrors
{
    /// <summary>Whether the same call may succeed a little later: no connection, no answer in time, or a server that is starting, failing over or giving a slot away.</summary>
    public static bool IsPassing(Exception error) => error switch
    {
        RedisConnectionException or RedisTimeoutException or TimeoutException or EventForgottenException or NotReplicatedException => true,

        // By its kind: of a redirection that the client did not follow the message says something else than the server did.
        RedisServerException server => server.Kind is RedisErrorKind.Loading or RedisErrorKind.ReadOnly or RedisErrorKind.MasterDown or RedisErrorKind.ClusterDown or RedisErrorKind.TryAgain
            or RedisErrorKind.Busy or RedisErrorKind.NoReplicas or RedisErrorKind.Misconfigured or RedisErrorKind.OutOfMemory or RedisErrorKind.Moved or RedisErrorKind.Ask
            or RedisErrorKind.UnknownRedirectTarget,
        _ => false,
    };

    /// <summary>Why, in a few words: the client's own message is a page of its counters.</summary>
    public static string Reason(Exception error) => error switch
    {
        RedisTimeoutException or TimeoutException => "no answer in time",
        RedisConnectionException connection => $"no connection: {connection.FailureType}",
        _ => error.Message,
    };
}
