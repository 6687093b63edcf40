using Microsoft.Extensions.Options;

namespace PushApp.Push.Presence;

/// <summary>Has whoever is signed in be present in the channels of <c>Push:Presence:Channels</c> for as long as they have them open.</summary>
internal sealed class ChannelPresence(PresenceService presence, IOptions<PushOptions> options)
{
    private readonly string[] _patterns = [.. options.Value.Presence.Channels];

    /// <summary>Adds an open subscription, which was authorised; null where it is nobody's, or the channel is not one of those.</summary>
    public IPresenceEntry? Enter(ChannelName channel, PushPrincipal principal)
    {
        if (principal is not { UserName: { Length: > 0 } userName, ApiKey: null } || !Array.Exists(_patterns, pattern => ChannelPattern.Matches(pattern, channel)))
        {
            return null;
        }

        try
        {
            return presence.Enter(channel, userName, PresenceState.Online).Entry;
        }
        catch (ArgumentException)
        {
            // A name too long for a channel, so that nobody could watch it either.
            return null;
        }
    }
}
