using PushApp.Push.Inspection;

namespace PushApp.Tests.Unit.Push.Inspection;

/// <summary>What is concluded of a connection that had the event waiting, by what became of the connection.</summary>
public sealed class DeliveryExplainerTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid ConnectionId = Guid.NewGuid();
    private static readonly RecordedDelivery Bob = new(Guid.NewGuid(), "bob", "sse", At, DeliveryState.Written);

    [Fact]
    public void Open_connection_that_takes_nothing_has_it_waiting_until_nothing_waits_any_more()
    {
        Assert.Equal(DeliveryOutcome.Queued, Explain(DeliveryState.Queued, open: Open(queued: 10)).Outcome);
        Assert.Equal(DeliveryOutcome.WrittenNotShown, Explain(DeliveryState.Queued, open: Open(queued: 0)).Outcome);
    }

    [Theory]
    [InlineData("sse", "Push:Streams:MaxOutboxBytes")]
    [InlineData("websocket", "SocketIO:Engine:MaxBufferedBytes")]
    public void Connection_that_was_soon_ended_as_slow_dropped_it_by_the_bound_of_its_transport(string carrier, string bound)
    {
        var verdict = Explain(DeliveryState.Queued, end: End("slow", queued: 0, after: TimeSpan.FromSeconds(3), carrier));
        Assert.Equal(DeliveryOutcome.Dropped, verdict.Outcome);
        Assert.Contains(bound, verdict.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_that_was_ended_as_slow_hours_later_had_taken_it()
    {
        Assert.Equal(DeliveryOutcome.WrittenNotShown, Explain(DeliveryState.Queued, end: End("slow", queued: 99, after: TimeSpan.FromHours(2))).Outcome);

        // Also where the node did not note this connection: that it was slow then says nothing of this event.
        Assert.Equal(DeliveryOutcome.WrittenNotShown, Explain(null, connections: 100, end: End("slow", queued: 99, after: TimeSpan.FromHours(2))).Outcome);
        Assert.Equal(DeliveryOutcome.Dropped, Explain(null, connections: 100, end: End("slow", queued: 99, after: TimeSpan.FromSeconds(2))).Outcome);
    }

    [Fact]
    public void Client_that_went_away_has_taken_it_unless_something_waited_then()
    {
        Assert.Equal(DeliveryOutcome.WrittenNotShown, Explain(DeliveryState.Queued, end: End("client", queued: 0, after: TimeSpan.FromSeconds(1))).Outcome);
        var verdict = Explain(DeliveryState.Queued, end: End("client", queued: 7, after: TimeSpan.FromSeconds(1)));
        Assert.Equal((DeliveryOutcome.NotConnected, false), (verdict.Outcome, verdict.IsExact));
        Assert.Contains("waits in the log", verdict.Explanation, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Unknown, Explain(DeliveryState.Queued).Outcome);
    }

    [Fact]
    public void Room_that_the_server_let_somebody_into_is_not_called_forbidden()
    {
        Assert.Equal(DeliveryOutcome.WrittenNotShown, Explain(null, connections: 100, open: Open(queued: 0), isPermitted: false).Outcome);
        Assert.Equal(DeliveryOutcome.NotPermitted, Explain(null, isPermitted: false).Outcome);
    }

    [Fact]
    public void Who_was_connected_to_a_process_that_has_ended_is_not_known()
    {
        Assert.Equal(DeliveryOutcome.NotConnected, Explain(null, connections: 0).Outcome);
        var verdict = Explain(null, connections: 0, rememberedSince: At.AddMinutes(1));
        Assert.Equal(DeliveryOutcome.Unknown, verdict.Outcome);
        Assert.Contains("waits in the log", verdict.Explanation, StringComparison.Ordinal);
        Assert.Contains("a process that has ended", Explain(DeliveryState.Written, rememberedSince: At.AddMinutes(1)).Explanation, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.NotPermitted, Explain(null, connections: 0, isPermitted: false, rememberedSince: At.AddMinutes(1)).Outcome);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("other")]
    public void Who_joined_the_channel_after_the_event_was_connected_and_not_to_the_channel(string node)
    {
        var verdict = Explain(null, open: Open(queued: 0) with { Node = node, ChannelSince = At.AddMilliseconds(11) }, noted: Bob);
        Assert.Equal((DeliveryOutcome.NotConnected, true), (verdict.Outcome, verdict.IsExact));
        Assert.Contains("joined 'room:a' only after it was published at 12:00:00.000 UTC: 11 ms later", verdict.Explanation, StringComparison.Ordinal);
        Assert.Contains("reads the channel's history", verdict.Explanation, StringComparison.Ordinal);

        // It may have held the channel before, and what its node wrote is not noted of each connection.
        Assert.Equal(node != "node", Explain(null, connections: 100, open: Open(queued: 0) with { Node = node, ChannelSince = At.AddMilliseconds(11) }).IsExact);
    }

    [Fact]
    public void Clock_of_the_node_decides_where_the_publisher_s_is_ahead()
    {
        // Published at 12:00 by the publisher's clock, which the node's reaches only later.
        var verdict = Explain(null, open: Open(queued: 0) with { ChannelSince = At.AddMilliseconds(-50) }, noted: Bob, receivedAt: At.AddMilliseconds(-60));
        Assert.Equal(DeliveryOutcome.NotConnected, verdict.Outcome);
        Assert.Contains("10 ms later", verdict.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Node_that_has_the_event_is_not_said_to_have_forgotten_it()
    {
        var open = Explain(null, connections: 0, open: Open(queued: 0));
        var ended = Explain(null, connections: 0, end: End("client", queued: 0, after: TimeSpan.FromSeconds(1)));
        foreach (var verdict in new[] { open, ended })
        {
            Assert.Equal(DeliveryOutcome.Unknown, verdict.Outcome);
            Assert.Contains("did not note", verdict.Explanation, StringComparison.Ordinal);
        }

        Assert.Contains("remembers nothing of the event", Explain(null, open: Open(queued: 0) with { Node = "other" }, noted: Bob).Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_that_has_ended_held_the_channel_only_since_it_had_joined_it()
    {
        var end = End("client", queued: 0, after: TimeSpan.FromSeconds(1)) with { ChannelSince = At.AddMilliseconds(11) };
        Assert.Equal(DeliveryOutcome.NotConnected, Explain(null, end: end, noted: Bob).Outcome);
        Assert.Equal(DeliveryOutcome.NotConnected, Explain(null, connections: 100, end: end).Outcome);
        Assert.Equal(DeliveryOutcome.WrittenNotShown, Explain(null, connections: 100, end: end with { ChannelSince = At.AddMilliseconds(-1) }).Outcome);
    }

    private static DeliveryVerdict Explain(
        DeliveryState? state, int connections = 1, ConnectionReport? open = null, RecordedEnd? end = null, bool? isPermitted = true, DateTimeOffset? rememberedSince = null,
        RecordedDelivery? noted = null, DateTimeOffset? receivedAt = null)
    {
        RecordedDelivery[] deliveries = state is { } known ? [new(ConnectionId, "ann", "sse", At, known)] : noted is { } other ? [other] : [];
        return DeliveryExplainer.Explain(new DeliveryFacts(
            "ann",
            new Journey(
                new EventSummary("1-00000001", "room:a", "test", true, At, 10, connections, ["node"], null),
                null,
                [new NodeTrack("node", receivedAt ?? At, At, At, connections, null, deliveries)],
                [],
                LogState.Kept,
                null,
                0)
            { RememberedSince = rememberedSince },
            open is null ? [] : [open],
            end is null ? [] : [end],
            [],
            isPermitted,
            0));
    }

    private static ConnectionReport Open(long queued) =>
        new(ConnectionId, "node", "ann", null, "sse", "sse", null, null, At.AddMinutes(-1), queued, null, ["room:a"], 1);

    private static RecordedEnd End(string reason, long queued, TimeSpan after, string carrier = "sse") =>
        new(ConnectionId, "ann", carrier, At.AddMinutes(-1), At + after, reason, queued, ["room:a"]) { Node = "node" };
}
