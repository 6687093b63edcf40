namespace PushApp.Dashboard.Resources;

internal static partial class ResourceClientLog
{
    [LoggerMessage(EventId = 1, EventName = "ResourceServiceLost", Level = LogLevel.Information, Message = "The AppHost's resource service does not answer: {Reason}")]
    public static partial void Lost(ILogger logger, string reason);
}
