using Microsoft.Extensions.Logging;

namespace PushApp.Contacts;

internal static partial class ImportRunnerLog
{
    [LoggerMessage(1, LogLevel.Information, "Import {Id} begins at row {Row} (attempt {Attempt}).")]
    public static partial void Started(ILogger logger, Guid id, long row, int attempt);

    [LoggerMessage(2, LogLevel.Information, "Import {Id} is complete: {Rows} rows, {Added} added, {Updated} updated, {Unchanged} unchanged, {Rejected} rejected.")]
    public static partial void Completed(ILogger logger, Guid id, long rows, long added, long updated, long unchanged, long rejected);

    [LoggerMessage(3, LogLevel.Information, "Import {Id} was ended by its owner or taken over by another worker, behind row {Rows}; nothing more is written here.")]
    public static partial void Lost(ILogger logger, Guid id, long rows);

    [LoggerMessage(4, LogLevel.Information, "Import {Id} goes back to the queue behind row {Rows}: this worker stops.")]
    public static partial void Returned(ILogger logger, Guid id, long rows);

    [LoggerMessage(5, LogLevel.Warning, "Import {Id} broke off in attempt {Attempt}; the next one in {Delay}.")]
    public static partial void Retrying(ILogger logger, Guid id, int attempt, TimeSpan delay, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "Import {Id} is given up after {Attempts} attempts.")]
    public static partial void GaveUp(ILogger logger, Guid id, int attempts, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "Import {Id} has failed (recorded: {Recorded}): {Error}")]
    public static partial void Failed(ILogger logger, Guid id, bool recorded, string error);

    [LoggerMessage(8, LogLevel.Warning, "The lease of import {Id} could not be renewed.")]
    public static partial void NotKept(ILogger logger, Guid id, Exception exception);
}
