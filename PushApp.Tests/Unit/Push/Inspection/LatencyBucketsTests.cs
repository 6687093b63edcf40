using PushApp.Push.Inspection;

namespace PushApp.Tests.Unit.Push.Inspection;

public sealed class LatencyBucketsTests
{
    [Theory]
    [InlineData(0.00005)]
    [InlineData(0.0004)]
    [InlineData(0.02)]
    [InlineData(3)]
    [InlineData(60)]
    public void Percentile_is_right_to_a_tenth(double seconds)
    {
        var buckets = new LatencyBuckets();
        var before = buckets.Snapshot();
        for (var i = 0; i < 100; i++)
        {
            buckets.Add(i < 96 ? seconds : 100);
        }

        var found = LatencyBuckets.Percentile(before, buckets.Snapshot(), 0.95)!.Value;
        Assert.InRange(found / Math.Max(seconds, 0.0001), 0.9, 1.1);
    }

    [Fact]
    public void What_came_before_does_not_count()
    {
        var buckets = new LatencyBuckets();
        buckets.Add(9);
        var before = buckets.Snapshot();
        Assert.Null(LatencyBuckets.Percentile(before, buckets.Snapshot(), 0.5));
        buckets.Add(0.001);
        Assert.InRange(LatencyBuckets.Percentile(before, buckets.Snapshot(), 0.99)!.Value, 0.0009, 0.0011);
    }

    [Fact]
    public void Even_what_took_for_ever_has_a_bucket()
    {
        var buckets = new LatencyBuckets();
        var before = buckets.Snapshot();
        buckets.Add(1e9);
        Assert.True(LatencyBuckets.Percentile(before, buckets.Snapshot(), 0.5) > 60);
    }
}
