using System.Text.Json;
using PushApp.Tests.Infrastructure;

namespace PushApp.Tests.Integration.Push.Interop;

public sealed class InteropTests(BrokerFixture brokers) : IClassFixture<BrokerFixture>
{
    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Each_message_is_logged_and_delivered_once_by_two_nodes(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 2);
        await using var first = await nodes[0].OpenAsync(user: "alice");
        await using var second = await nodes[1].OpenAsync(user: "alice");

        // The two equal ones are two events.
        await nodes.PublishAsync("sse", """["myevent", "text"]""");
        await nodes.PublishAsync("sse", """["myevent", "text"]""");
        await nodes.PublishAsync("sse_Alice", """["import.done", "{\"n\": 3}"]""");
        await nodes.PublishAsync("sse", """["last", ""]""");

        foreach (var stream in (SseReader[])[first, second])
        {
            var events = await stream.NextAsync(4);
            Assert.Equal(
                [("myevent", "text"), ("myevent", "text"), ("last", "")],
                events.Where(e => e.Channel == "broadcast").Select(e => (e.Name, e.Data)));
            Assert.Equal([("import.done", """{"n": 3}""")], events.Where(e => e.Channel == "user:alice").Select(e => (e.Name, e.Data)));
        }

        Assert.Equal(3, (await nodes.HistoryAsync("broadcast")).Count);
        Assert.Single(await nodes.HistoryAsync("user:alice"));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_rooms_message_goes_to_the_room(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 2);
        await nodes.PublishAsync("socketio_default_room", """{"name": "myevent", "args": ["default_room", "text"]}""");
        var entry = Assert.Single(await nodes.HistoryAsync("room:default_room", 1));
        Assert.Equal(("myevent", """["text"]"""), (entry.Event, entry.Data));
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Malformed_messages_are_skipped_and_the_rest_goes_on(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 2);
        foreach (var payload in (string[])["nonsense", "[]", """["push.reset", "x"]""", """["a\nb", "x"]""", $"[\"e\", \"{new string('x', 100_000)}\"]"])
        {
            await nodes.PublishAsync("sse", payload);
        }

        await nodes.PublishAsync("sse", """["good", "x"]""");
        Assert.Equal("good", Assert.Single(await nodes.HistoryAsync("broadcast", 1)).Event);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Many_messages_of_several_publishers_are_each_logged_once_and_in_their_order(BrokerKind kind)
    {
        const int publishers = 4, each = 250;
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 3);
        await Task.WhenAll(Enumerable.Range(0, publishers).Select(async publisher =>
        {
            for (var i = 0; i < each; i++)
            {
                await nodes.PublishAsync("sse", JsonSerializer.Serialize<string[]>(["e", $"{publisher} {i}"]));
            }
        }));

        var log = await nodes.HistoryAsync("broadcast", publishers * each);
        Assert.Equal(publishers * each, log.Count);
        foreach (var publisher in Enumerable.Range(0, publishers))
        {
            Assert.Equal(
                Enumerable.Range(0, each).Select(i => $"{publisher} {i}"),
                log.Select(e => e.Data).Where(data => data.StartsWith($"{publisher} ", StringComparison.Ordinal)));
        }
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task A_node_that_stops_hands_over_without_a_loss_or_a_copy(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 3);
        var published = 0;
        foreach (var stops in (int[])[0, 1])
        {
            // Equal messages, so that one too many or too few cannot hide behind another.
            await nodes.PublishAsync("sse", """["tick", ""]""");
            published++;
            await nodes.HistoryAsync("broadcast", published);
            var stopping = nodes[stops].StopAsync();
            for (var i = 0; i < 100; i++)
            {
                await nodes.PublishAsync("sse", """["tick", ""]""");
                published++;
            }

            await stopping;
        }

        await nodes.PublishAsync("sse", """["last", ""]""");
        var log = await nodes.HistoryAsync("broadcast", published + 1);
        Assert.Equal(published + 1, log.Count);
        Assert.Equal("last", log[^1].Event);
    }

    [Theory, ClassData(typeof(BrokerKinds))]
    public async Task Nodes_whose_connections_break_in_turn_lose_and_double_nothing_that_another_saw(BrokerKind kind)
    {
        await using var nodes = await InteropNodes.StartAsync(await brokers.GetAsync(kind), 2);
        var published = 0;
        Task PublishAsync() => nodes.PublishAsync("sse", JsonSerializer.Serialize<string[]>(["e", $"{published++}"]));
        foreach (var breaks in (int[])[0, 1, 0])
        {
            // Many of them while one node does not listen, and never while none does.
            for (var i = 0; i < 50; i++)
            {
                await PublishAsync();
            }

            await nodes.BreakAsync(breaks, PublishAsync);
        }

        // Whatever would be logged twice has been by the time that a later message is there.
        await nodes.PublishAsync("sse", """["last", ""]""");
        var log = await nodes.HistoryAsync("broadcast", published + 1);
        Assert.Equal(published + 1, log.Count);
        Assert.Single(log, entry => entry.Event == "last");
        Assert.Equal(log.Count, log.Select(entry => entry.Data).Distinct().Count());
    }
}
