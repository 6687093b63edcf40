using Microsoft.Extensions.Logging;

namespace PushApp.Contacts;

internal static partial class OutboxRelayLog
{
    [LoggerMessage(1, LogLevel.Warning, "The outbox could not be relayed; next attempt in {Delay}. It is told when one succeeds.")]
    public static partial void Failed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Cannot relay the outbox while the broker is away; it is tried again, and told when it can be done. {Reason}", EventName = "BrokerAway")]
    public static partial void Away(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Debug, "Still cannot relay the outbox. {Reason}", EventName = "BrokerStillAway")]
    public static partial void StillAway(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Information, "The outbox is relayed again.")]
    public static partial void Resumed(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "Event {EventName} to {Channel} (key {Key}) can never be published and is passed over; it stays in the table Outbox.")]
    public static partial void Refused(ILogger logger, string eventName, string channel, Guid key, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The outbox's lease could not be renewed.")]
    public static partial void LeaseNotRenewed(ILogger logger, Exception exception);
}
