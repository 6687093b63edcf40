namespace PushApp.Push.Presence;

/// <summary>How the names of what presence.lua publishes begin. Names that begin with <c>push.</c> are refused from everybody else.</summary>
internal static class PresenceEvents
{
    public const string Prefix = "push.presence.";
}
