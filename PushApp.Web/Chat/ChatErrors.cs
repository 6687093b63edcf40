using PushApp.Web.Rooms;

namespace PushApp.Web.Chat;

/// <summary>The names of the chat's errors, for the page to tell them apart (docs/socketio.md, "The chat").</summary>
internal static class ChatErrors
{
    public const string InvalidArguments = "invalid_arguments";

    /// <summary>The room's name is reserved.</summary>
    public const string AccessDenied = "access_denied";

    /// <summary>There is nobody of that name.</summary>
    public const string NotFound = "not_found";

    /// <summary>The socket is not in that room or conversation: it never joined, left, or has not joined again after a loss.</summary>
    public const string NotJoined = "not_joined";

    public const string TooFast = SocketRate.TooFast;

    public const string TooMany = "too_many";
}
