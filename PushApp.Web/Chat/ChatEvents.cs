namespace PushApp.Web.Chat;

/// <summary>The events that come from the chat (docs/events.md). Users cannot publish them over HTTP: <c>chat.*</c> is reserved.</summary>
internal static class ChatEvents
{
    /// <summary>What only the application publishes.</summary>
    public const string Pattern = "chat.*";

    public const string Message = "chat.message";
    public const string Typing = "chat.typing";
    public const string Added = "chat.added";
    public const string Removed = "chat.removed";
    public const string Read = "chat.read";
}
