namespace PushApp.Push;

internal static class ApiKeyGrantExtensions
{
    /// <summary>Whether the key has a scope on a channel.</summary>
    public static bool Allows(this ApiKeyGrant grant, ChannelName channel, ApiKeyScopes scope)
    {
        if (scope == ApiKeyScopes.None || (grant.Scopes & scope) != scope)
        {
            return false;
        }

        foreach (var pattern in grant.Channels)
        {
            if (ChannelPattern.Matches(pattern, channel))
            {
                return true;
            }
        }

        return false;
    }
}
