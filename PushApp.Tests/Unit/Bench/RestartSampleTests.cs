using System.Diagnostics;
using PushApp.Bench.Load;
using PushApp.Bench.Measuring;

namespace PushApp.Tests.Unit.Bench;

public sealed class RestartSampleTests
{
    [Fact]
    public void All_are_live_again_when_the_last_of_what_was_published_until_the_broker_answered_has_arrived()
    {
        var sample = RestartSample.From([At(1, 1.1), At(2.5, 6), At(4, 6.5), At(5.5, 5.6)], Seconds(2), Seconds(5));

        Assert.Equal(new RestartSample(AwaySeconds: 3, CatchUpSeconds: 1.5, Meanwhile: 2, Events: 4), sample);
    }

    [Fact]
    public void Nobody_has_to_catch_up_where_nothing_was_published_meanwhile() =>
        Assert.Equal(new RestartSample(3, CatchUpSeconds: 0, Meanwhile: 0, Events: 2), RestartSample.From([At(1, 1.1), At(6, 6.1)], Seconds(2), Seconds(5)));

    private static Completion At(double published, double completed) => new(Seconds(published), Seconds(completed));

    private static long Seconds(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
