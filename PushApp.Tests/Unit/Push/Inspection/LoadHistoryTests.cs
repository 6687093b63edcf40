using System.Text.Json;
using PushApp.Push.Inspection;

namespace PushApp.Tests.Unit.Push.Inspection;

public sealed class LoadHistoryTests
{
    private static readonly LoadSample Sample = new(DateTimeOffset.UnixEpoch.AddMilliseconds(1_796_000_000_000.5), 10_000, 1.25, 2, 27_500.5, 1_000_000, 0.0123, 4.5, null, 9);

    [Fact]
    public void Samples_are_rows_of_numbers_and_read_as_the_same()
    {
        var json = JsonSerializer.Serialize(Report(Sample), InspectionJson.Options);

        Assert.Equal(
            "[[1796000000000.5,10000,1.25,2,27500.5,1000000,0.0123,4.5,null,9]]", JsonSerializer.Deserialize<JsonElement>(json).GetProperty("history").GetRawText());
        Assert.Equal([Sample], JsonSerializer.Deserialize<NodeReport>(json, InspectionJson.Options)!.History);
        Assert.Null(JsonSerializer.Deserialize<NodeReport>(JsonSerializer.Serialize(Report(null), InspectionJson.Options), InspectionJson.Options)!.History);
    }

    [Fact]
    public void Four_processes_that_are_busy_fit_into_a_page()
    {
        var json = JsonSerializer.Serialize(Report([.. Enumerable.Repeat(Sample, 300)]), InspectionJson.Options);
        Assert.InRange(4 * json.Length, 1, 100 * 1024);
    }

    private static NodeReport Report(params LoadSample[]? history) =>
        new("node", "web", DateTimeOffset.UnixEpoch, 1, new Dictionary<string, int>(), 1, 1, 0, true, 0.1, 1, Sample) { History = history };
}
