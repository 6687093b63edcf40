using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Faults.Cluster;

/// <summary>Nodes on a cluster on which everybody may read every room, and what their streams must have got.</summary>
internal static class ClusterNodes
{
    /// <param name="cluster">The cluster.</param>
    /// <param name="prefix">The key prefix.</param>
    /// <param name="settings">Configuration.</param>
    /// <param name="connection">What the connection string says beside the servers and the password.</param>
    public static Task<PushNode> StartAsync(RedisCluster cluster, string prefix, IDictionary<string, string?>? settings = null, string connection = "") =>
        PushNode.StartAsync(cluster.ConnectionString + connection, prefix, settings, builder => builder.Services.AddPush().AddAuthorizer((_, channel, _) => channel.Prefix is "room"));

    /// <summary>Reads what a <see cref="SteadyPublisher"/> published: each number once, in order, and no reset.</summary>
    public static async Task AssertSequenceAsync(SseReader stream, int count)
    {
        for (var expected = 0; expected < count;)
        {
            var item = await stream.NextAsync();
            if (item.Name != "push.status")
            {
                Assert.Equal(("number", expected.ToString(CultureInfo.InvariantCulture)), (item.Name, item.Data));
                expected++;
            }
        }
    }

    /// <summary>Reads the log: each number that was acknowledged stands in it once, in order.</summary>
    public static async Task AssertLoggedAsync(PushNode node, ChannelName channel, int count)
    {
        const int limit = 100;
        var history = node.Services.GetRequiredService<IChannelHistory>();
        var logged = new List<string>();
        var page = await history.ReadAsync(channel, after: null, limit, TestContext.Current.CancellationToken);
        while (page.Events.Count > 0)
        {
            logged.InsertRange(0, page.Events.Select(item => item.Data));
            page = await history.ReadBeforeAsync(channel, page.Events[0].Position, limit, TestContext.Current.CancellationToken);
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)), logged);
    }

    /// <summary>
    /// Reads a stream over a failover to the last number: in order, each once. What was seen of a server that died before its replica had it was not acknowledged and is taken back: the stream is reset, and goes on
    /// from there. Nothing is missing or comes twice without that.
    /// </summary>
    /// <returns>The number that is to follow.</returns>
    public static async Task<int> AssertToldAsync(SseReader stream, int count, int expected = 0)
    {
        while (expected < count)
        {
            var item = await stream.NextAsync();
            if (item.Name == "push.reset")
            {
                Assert.Contains("\"lost\"", item.Data, StringComparison.Ordinal);
                expected = -1;
            }
            else if (item.Name != "push.status")
            {
                var number = int.Parse(item.Data, CultureInfo.InvariantCulture);
                Assert.True(expected is -1 || number == expected, $"{number} follows, and not {expected}");
                expected = number + 1;
            }
        }

        return expected;
    }
}
