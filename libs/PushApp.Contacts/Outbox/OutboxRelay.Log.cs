using Microsoft.Extensions.Logging;

namespace PushApp.Contacts;

internal static partial class OutboxRelayLog
{
    [LoggerMessage(1, LogLevel.Warning, "The outbox could not be relayed; next attempt in {Delay}.")]
    public static partial void Failed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Event {EventName} to {Channel} (key {Key}) can never be published and is passed over; it stays in the table Outbox.")]
    public static partial void Refused(ILogger logger, string eventName, string channel, Guid key, Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "The outbox's lease could not be renewed.")]
    public static partial void LeaseNotRenewed(ILogger logger, Exception exception);
}
