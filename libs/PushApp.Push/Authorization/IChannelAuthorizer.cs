namespace PushApp.Push;

/// <summary>
/// Decides who may do what with a channel. Several may be registered; access is granted when one of them grants it, so the answer without any is no.
/// Asked when a stream opens and again every few seconds while it is open, so keep it cheap.
/// </summary>
public interface IChannelAuthorizer
{
    /// <summary>Whether <paramref name="principal"/> may do this now. An exception counts as "unknown": an opening is refused (503), an open stream stays until the next check.</summary>
    ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken);
}
