using Microsoft.Extensions.Options;
using PushApp.Push;
using PushApp.SocketIO;
using PushApp.Web.Rooms;

namespace PushApp.Tests.Unit.Web;

public sealed class RoomsLimiterTests
{
    [Fact]
    public void A_user_who_sends_too_fast_is_told_when_to_go_on_and_no_other_is()
    {
        using var limiter = new RoomsLimiter(Options.Create(new PushOptions { PublishLimits = { Burst = 2, PerSecond = 1 } }));
        limiter.CountEvent("ann");
        limiter.CountEvent("ann");

        var refusal = Assert.Throws<SocketException>(() => limiter.CountEvent("ann"));
        Assert.Equal(("too_fast", "You are sending events too fast. Wait 1 s, then go on."), (refusal.Name, refusal.Message));
        limiter.CountEvent("bo");
    }
}
