namespace PushApp.Push;

/// <summary>A rule given as a delegate.</summary>
internal sealed class DelegateChannelAuthorizer(Func<PushPrincipal, ChannelName, ChannelAccess, CancellationToken, ValueTask<bool>> isAllowed) : IChannelAuthorizer
{
    public ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess access, CancellationToken cancellationToken) =>
        isAllowed(principal, channel, access, cancellationToken);
}
