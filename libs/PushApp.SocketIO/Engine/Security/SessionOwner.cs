using PushApp.Push;

namespace PushApp.SocketIO.Engine.Security;

internal static class SessionOwner
{
    /// <summary>
    /// Whether a request is made by whoever opened the session. A session's id alone lets nobody in: it travels in URLs, and URLs get into logs. Visitors, whom nothing tells apart,
    /// are protected by the id alone.
    /// </summary>
    public static bool IsSame(PushPrincipal opener, PushPrincipal caller) =>
        string.Equals(opener.UserName, caller.UserName, StringComparison.OrdinalIgnoreCase)
        && string.Equals(opener.SignInId, caller.SignInId, StringComparison.Ordinal)
        && string.Equals(opener.ApiKey?.KeyId, caller.ApiKey?.KeyId, StringComparison.Ordinal);
}
