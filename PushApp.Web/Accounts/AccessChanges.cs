using PushApp.Push;

namespace PushApp.Web.Accounts;

/// <summary>Sends the hint that hastens the recheck of a user's streams. Best effort: without it, or without a broker, the nodes' periodic check finds the same a little later.</summary>
internal sealed partial class AccessChanges(IServiceProvider services, ILogger<AccessChanges> logger)
{
    private readonly IAccessNotifier? _notifier = services.GetService<IAccessNotifier>();

    public async Task AnnounceAsync(string userName, CancellationToken cancellationToken)
    {
        if (_notifier is null)
        {
            return;
        }

        try
        {
            await _notifier.NotifyAccessChangedAsync(userName, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // What the user asked for is done and in the database: a broker that is away must not make it look as if it had failed.
            Log.HintFailed(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The other nodes could not be told that a sign-in or account has changed; their periodic check will find it.", EventName = "HintFailed")]
        public static partial void HintFailed(ILogger logger, Exception exception);
    }
}
