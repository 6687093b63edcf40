namespace PushApp.Push;

/// <summary>
/// The rules that need no knowledge of an application: everybody reads <c>broadcast</c> and <c>stats</c>; a user's own channel and those of two users are
/// for them; an API key has what it was granted. Everything else is denied, so that an application grants it by an authorizer of its own.
/// </summary>
internal sealed class DefaultChannelAuthorizer : IChannelAuthorizer
{
    public ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken) =>
        new(IsAllowed(principal, channel, access));

    private static bool IsAllowed(PushPrincipal principal, ChannelName channel, ChannelAccess access)
    {
        if (access == ChannelAccess.Subscribe && (channel == ChannelName.Broadcast || channel == ChannelName.Stats))
        {
            return true;
        }

        if (principal.ApiKey is { } key)
        {
            return key.Allows(channel, access switch
            {
                ChannelAccess.Subscribe => ApiKeyScopes.Read,
                ChannelAccess.Publish => ApiKeyScopes.Publish,
                ChannelAccess.Presence => ApiKeyScopes.Manage,
                _ => ApiKeyScopes.None,
            });
        }

        if (principal.UserName is not { Length: > 0 } userName)
        {
            return false;
        }

        return channel.Prefix switch
        {
            // By the channel that the name gives, not by the name that the channel holds: both went through the same encoding and case. A name too long for a channel has none, so nothing is its own.
            "user" => ChannelName.TryUser(userName, out var own) && own == channel,
            "dm" => ChannelName.TryUser(userName, out var own) && IsParty(channel, own),
            _ => false,
        };
    }

    /// <summary>Whether one of the two segments of <c>dm:{a}:{b}</c> is the segment of <c>user:{name}</c>.</summary>
    private static bool IsParty(ChannelName direct, ChannelName own)
    {
        var name = own.Value.AsSpan("user:".Length);
        var parties = direct.Value.AsSpan("dm:".Length);
        var colon = parties.IndexOf(':');
        return parties[..colon].SequenceEqual(name) || parties[(colon + 1)..].SequenceEqual(name);
    }
}
