using System.Text.Json;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Stats;

public sealed class StatsTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Every_node_publishes_its_figures(BrokerKind kind)
    {
        var broker = await brokers.GetAsync(kind);
        var prefix = Guid.NewGuid().ToString("N");
        var settings = new Dictionary<string, string?> { ["Push:StatsInterval"] = "00:00:01" };
        await using var one = await PushNode.StartAsync(broker.ConnectionString, prefix, settings);
        await using var two = await PushNode.StartAsync(broker.ConnectionString, prefix, settings);
        await using var stream = await one.OpenAsync("/sse?channel=stats");

        // The first of each may have been taken just before the stream was there.
        var earlier = new HashSet<(string? Node, string Event)>();
        var figures = new Dictionary<(string? Node, string Event), JsonElement>();
        while (figures.Count < 6)
        {
            var received = await stream.NextAsync();
            Assert.Equal("stats", received.Channel);
            var data = JsonSerializer.Deserialize<JsonElement>(received.Data);
            var figure = (data.GetProperty("node").GetString(), received.Name);
            if (!earlier.Add(figure))
            {
                figures[figure] = data;
            }
        }

        Assert.Equal(2, figures.Keys.Select(key => key.Node).Distinct().Count());
        Assert.Equal([0, 1], Values(figures, "connections").Order());
        Assert.Equal([0, 1], Values(figures, "requests").Order());
        Assert.All(Values(figures, "uptime"), uptime => Assert.InRange(uptime, 0, 600));
    }

    private static IEnumerable<long> Values(Dictionary<(string? Node, string Event), JsonElement> figures, string name) =>
        figures.Where(figure => figure.Key.Event == name).Select(figure => figure.Value.GetProperty(name).GetInt64());
}
