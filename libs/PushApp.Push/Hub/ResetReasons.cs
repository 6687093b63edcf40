namespace PushApp.Push.Hub;

/// <summary>Why a position could not be continued, as <c>push.reset</c> says it.</summary>
internal static class ResetReasons
{
    /// <summary>The events after it are older than the history.</summary>
    public const string Expired = "expired";

    /// <summary>The broker lost the log, or came back with an older one.</summary>
    public const string Lost = "lost";

    /// <summary>The log does not know it.</summary>
    public const string Unknown = "unknown";
}
