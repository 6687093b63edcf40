using PushApp.Bench.Load;

namespace PushApp.Tests.Unit.Bench;

public sealed class SequenceSetTests
{
    [Fact]
    public void Every_number_counts_once_in_whatever_order_it_comes()
    {
        var numbers = new SequenceSet();

        Assert.True(numbers.Add(3));
        Assert.True(numbers.Add(1));
        Assert.True(numbers.Add(100_000));
        Assert.False(numbers.Add(3));
        Assert.True(numbers.Add(2));
        Assert.Equal(4, numbers.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void What_is_no_event_of_ours_does_not_count(long sequence)
    {
        var numbers = new SequenceSet();

        Assert.False(numbers.Add(sequence));
        Assert.Equal(0, numbers.Count);
    }
}
