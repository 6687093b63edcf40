using Microsoft.Extensions.Logging;

namespace PushApp.Push.Redis;

/// <summary>
/// Tells of work that needs the broker: once per outage that it cannot be done, with the reason and no stack trace, and once that it can be done again. Every other error is told each time, with its stack trace.
/// Thread-safe.
/// </summary>
/// <param name="logger">Whose log it is.</param>
/// <param name="work">What cannot be done, as in <c>Cannot {work}</c>.</param>
internal sealed partial class OutageLog(ILogger logger, string work)
{
    private int _isAway;

    public void Failed(Exception error)
    {
        if (!BrokerErrors.IsPassing(error))
        {
            Unexpected(logger, work, error);
        }
        else if (Interlocked.Exchange(ref _isAway, 1) == 0)
        {
            Away(logger, work, BrokerErrors.Reason(error));
        }
        else
        {
            StillAway(logger, work, BrokerErrors.Reason(error));
        }
    }

    public void Succeeded()
    {
        if (Volatile.Read(ref _isAway) != 0 && Interlocked.Exchange(ref _isAway, 0) != 0)
        {
            Back(logger, work);
        }
    }

    [LoggerMessage(80, LogLevel.Warning, "Cannot {Work} while the broker is away ({Reason}); it is tried again, and told when it can be done.", EventName = "BrokerAway")]
    private static partial void Away(ILogger logger, string work, string reason);

    [LoggerMessage(81, LogLevel.Information, "Can {Work} again.", EventName = "BrokerBack")]
    private static partial void Back(ILogger logger, string work);

    [LoggerMessage(82, LogLevel.Debug, "Still cannot {Work} ({Reason}).", EventName = "BrokerStillAway")]
    private static partial void StillAway(ILogger logger, string work, string reason);

    [LoggerMessage(83, LogLevel.Warning, "Could not {Work}; trying again.", EventName = "WorkFailed")]
    private static partial void Unexpected(ILogger logger, string work, Exception error);
}
