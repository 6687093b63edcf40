using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.Push.Api;

namespace PushApp.Tests.Unit.Push.Api;

public sealed class EventNamePolicyTests
{
    private static readonly EventNamePolicy Policy = new(Options.Create(new PushOptions { ReservedEvents = { "import.*", "notification" } }));
    private static readonly PushPrincipal User = new("alice");
    private static readonly PushPrincipal Key = new(null, ApiKey: new ApiKeyGrant("crm", ["*"], ApiKeyScopes.Publish));

    [Theory]
    [InlineData("push.reset")]
    [InlineData("Push.Reset")]
    [InlineData("push.")]
    public void Control_events_are_nobodys(string name)
    {
        Assert.NotNull(Policy.FindObjection(User, name));
        Assert.NotNull(Policy.FindObjection(Key, name));
    }

    [Theory]
    [InlineData("import.completed", true)]
    [InlineData("import", false)]
    [InlineData("notification", true)]
    [InlineData("notification.read", false)]
    [InlineData("pushed", false)]
    [InlineData("greeting", false)]
    public void The_applications_events_are_for_api_keys_alone(string name, bool reserved)
    {
        Assert.Equal(reserved, Policy.FindObjection(User, name) is not null);
        Assert.Null(Policy.FindObjection(Key, name));
    }
}
