using System.Diagnostics;
using PushApp.Bench.Load;

namespace PushApp.Tests.Unit.Bench;

public sealed class LatencyTests
{
    [Fact]
    public void A_histogram_tells_percentiles_to_a_thirty_second_of_their_value()
    {
        var histogram = new LatencyHistogram();
        for (var milliseconds = 1; milliseconds <= 1000; milliseconds++)
        {
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.InRange(histogram.Percentile(50), 500, 500 * 33 / 32.0);
        Assert.InRange(histogram.Percentile(99), 990, 990 * 33 / 32.0);
        Assert.InRange(histogram.Percentile(100), 1000, 1000 * 33 / 32.0);
    }

    [Fact]
    public void A_histogram_of_nothing_is_zero() => Assert.Equal(0, new LatencyHistogram().Percentile(99));

    [Fact]
    public void A_phase_tells_percentiles_whatever_the_order_of_its_events()
    {
        var phase = new LoadPhase(4, 4, 1, 0, [Taking(40), Taking(10), Taking(30), Taking(20)]);

        Assert.Equal([10, 30, 40], phase.CompletionPercentiles(0, 50, 99));
        Assert.Equal([0, 0], new LoadPhase(0, 0, 1, 0, []).CompletionPercentiles(50, 99));
    }

    private static Completion Taking(int milliseconds) => new(7 * Stopwatch.Frequency, (7 * Stopwatch.Frequency) + (milliseconds * Stopwatch.Frequency / 1000));
}
