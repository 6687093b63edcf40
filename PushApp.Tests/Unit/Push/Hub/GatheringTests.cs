using PushApp.Push.Hub;

namespace PushApp.Tests.Unit.Push.Hub;

public sealed class GatheringTests
{
    [Theory]
    // Events written together, how long that took in ms, how much waits: how long to wait, in ms.
    [InlineData(4, 48, 1, 2)]
    [InlineData(4, 12, 1, 1)]
    [InlineData(4, 12, 3, 1)]
    [InlineData(4, 7, 1, 0)]
    [InlineData(4, 48, 4, 0)]
    [InlineData(4, 48, 9, 0)]
    [InlineData(1, 48, 1, 0)]
    [InlineData(0, 48, 1, 0)]
    public void What_came_together_is_waited_for_by_a_share_of_what_writing_it_took(int events, int took, int waiting, int expected)
    {
        var gathering = new Gathering();
        Assert.Equal(TimeSpan.Zero, gathering.Wait(waiting));
        gathering.Wrote(events, TimeSpan.FromMilliseconds(took));

        Assert.Equal(TimeSpan.FromMilliseconds(expected), gathering.Wait(waiting));
    }
}
