using PushApp.Push;
using PushApp.Push.Inspection;

namespace PushApp.Web.Inspector;

/// <summary>Lets administrators, and nobody else, read what the nodes tell of themselves.</summary>
internal sealed class InspectorChannelAuthorizer(InspectorAccess access) : IChannelAuthorizer
{
    public ValueTask<bool> IsAllowedAsync(PushPrincipal principal, ChannelName channel, ChannelAccess wanted, CancellationToken cancellationToken) =>
        new(wanted == ChannelAccess.Subscribe && channel == InspectionChannel.Name && principal.ApiKey is null && access.IsAdministrator(principal.UserName));
}
