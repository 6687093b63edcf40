using Microsoft.Extensions.Logging;

namespace PushApp.Contacts;

internal static partial class OutboxRelayLog
{
    [LoggerMessage(1, LogLevel.Warning, "The outbox could not be relayed; next attempt in {Delay}. It is told when one succeeds.")]
    public static partial void Failed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(4, LogLevel.Information, "The outbox is relayed again.")]
    public static partial void Resumed(ILogger logger);

    [LoggerMessage(2, LogLevel.Error, "Event {EventName} to {Channel} (key {Key}) can never be published and is passed over; it stays in the table Outbox.")]
    public static partial void Refused(ILogger logger, string eventName, string channel, Guid key, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The outbox's lease could not be renewed.")]
    public static partial void LeaseNotRenewed(ILogger logger, Exception exception);
}
