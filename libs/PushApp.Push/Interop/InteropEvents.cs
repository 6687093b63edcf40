using Microsoft.Extensions.Logging;

namespace PushApp.Push.Interop;

internal static partial class InteropEvents
{
    [LoggerMessage(1, LogLevel.Information, "Reading existing publishers' messages from {Subscriptions}")]
    public static partial void Subscribed(ILogger logger, string subscriptions);

    [LoggerMessage(2, LogLevel.Warning, "A message on the Redis channel '{RedisChannel}' was skipped: {Reason}")]
    public static partial void Malformed(ILogger logger, string redisChannel, string reason);

    [LoggerMessage(3, LogLevel.Debug, "This node now logs the legacy messages of channel '{Channel}'")]
    public static partial void Acquired(ILogger logger, ChannelName channel);

    [LoggerMessage(4, LogLevel.Warning, "Legacy messages of channel '{Channel}' cannot be logged now; trying again")]
    public static partial void Retrying(ILogger logger, ChannelName channel, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "A legacy message of channel '{Channel}' was given up: the broker refuses it")]
    public static partial void Failed(ILogger logger, ChannelName channel, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "{Count} legacy messages of channel '{Channel}' were forgotten: nobody was seen to log them in time")]
    public static partial void Forgotten(ILogger logger, ChannelName channel, int count);

    [LoggerMessage(7, LogLevel.Warning, "This node's own signals do not come back over its subscription; another node may log the messages of channel '{Channel}'")]
    public static partial void NotSubscribed(ILogger logger, ChannelName channel);

    [LoggerMessage(8, LogLevel.Warning, "Existing publishers' messages cannot be read: no connection to the broker; trying again")]
    public static partial void CannotSubscribe(ILogger logger, Exception? exception);

    [LoggerMessage(9, LogLevel.Warning, "A lease could not be given back; it ends by itself")]
    public static partial void NotReleased(ILogger logger, Exception exception);
}
