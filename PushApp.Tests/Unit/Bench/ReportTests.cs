using PushApp.Bench.Measuring;
using PushApp.Bench.Report;

namespace PushApp.Tests.Unit.Bench;

public sealed class ReportTests
{
    [Fact]
    public void A_table_is_Markdown_whose_columns_stand_under_each_other()
    {
        var table = new MarkdownTable("who", "deliveries/s");
        table.Add("PushApp", "119,792");

        Assert.Equal("| who     | deliveries/s |\n| ------- | -----------: |\n| PushApp |      119,792 |\n", table.ToString());
    }

    [Theory]
    [InlineData(2, new double[] { 3, 1, 2 })]
    [InlineData(2.5, new double[] { 4, 1, 2, 3 })]
    [InlineData(0, new double[0])]
    public void The_median_is_the_middle_or_between_the_two(double expected, double[] values) => Assert.Equal(expected, Statistics.Median(values));

    [Fact]
    public async Task In_every_round_all_cases_take_turns()
    {
        var order = new List<string>();
        var samples = await Rounds.RunAsync(
            2,
            ["a", "b"],
            item =>
            {
                order.Add(item);
                return Task.FromResult(order.Count);
            },
            (item, sample) => $"{item} {sample}");

        Assert.Equal(["a", "b", "a", "b"], order);
        Assert.Equal([1, 3], samples["a"]);
        Assert.Equal([2, 4], samples["b"]);
    }
}
