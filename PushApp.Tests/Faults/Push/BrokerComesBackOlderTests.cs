using PushApp.Push;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Faults.Push;

public sealed class BrokerComesBackOlderTests
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Those_who_stand_after_it_are_reset_and_never_left_in_silence(BrokerKind kind)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var broker = await BrokerProcess.StartAsync(kind, cancellationToken);
        await using var node = await PushNode.StartAsync(
            broker.ConnectionString, "t", new Dictionary<string, string?> { ["Push:Acknowledge"] = "Disk", ["Push:Streams:HeadCheckInterval"] = "00:00:01" });
        using var copy = new TempFolder("older");
        await PublishAsync(node, "old", 3);
        await broker.StopAsync();
        Copy(broker.DataDirectory, copy.Combine("data"));
        await broker.StartAsync(cancellationToken);

        await using var stream = await node.OpenAsync();
        await PublishAsync(node, "new", 3);
        Assert.Equal(["new0", "new1", "new2"], (await stream.NextAsync(3)).Select(e => e.Data));
        var cursor = stream.LastEventId;

        await broker.KillAsync();
        broker.EraseData();
        Copy(copy.Combine("data"), broker.DataDirectory);
        await broker.StartAsync(cancellationToken);

        Assert.Equal("push.reset", await NextNameAsync(stream));

        // As many events as were lost, so that the sequence alone would look right.
        await PublishAsync(node, "anew", 3);
        Assert.Equal(["anew0", "anew1", "anew2"], (await stream.NextAsync(3)).Select(e => e.Data));
        await using var late = await node.OpenAsync(lastEventId: cursor);
        Assert.Equal("push.reset", await NextNameAsync(late));
    }

    // That the broker is lost and back is told too (push.status).
    private static async Task<string> NextNameAsync(SseReader stream)
    {
        while (true)
        {
            var item = await stream.NextAsync(TimeSpan.FromSeconds(60));
            if (item.Name != "push.status")
            {
                return item.Name;
            }
        }
    }

    private static async Task PublishAsync(PushNode node, string text, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await node.Publisher.PublishAsync(ChannelName.Broadcast, "test", $"{text}{i}", cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
