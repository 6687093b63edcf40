namespace PushApp.SocketIO;

/// <summary>The names of PushApp's own errors to clients.</summary>
internal static class SocketErrors
{
    public const string AccessDenied = "access_denied";

    public const string InvalidArguments = "invalid_arguments";

    public const string NoSuchEvent = "no_such_event";

    public const string Failed = "failed";
}
