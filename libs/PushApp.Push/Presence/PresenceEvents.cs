namespace PushApp.Push.Presence;

/// <summary>The names of what presence.lua publishes. Names that begin with <c>push.</c> are refused from everybody else.</summary>
internal static class PresenceEvents
{
    public const string Prefix = "push.presence.";
    public const string Join = Prefix + "join";
    public const string State = Prefix + "state";
    public const string Leave = Prefix + "leave";
}
